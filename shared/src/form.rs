//! Forms as declarations: what is asked, in which order, of which kind. The app renders them.
//! Labels are catalogue keys `form.<kind>.<field>`, hints `form.<kind>.<field>.hint` where `has_hint`.
