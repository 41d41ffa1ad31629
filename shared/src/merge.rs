//! One log, merged by laws: stamps, operations, registers, records and the fold over them.

pub mod operation;
pub mod register;
pub mod registers;
pub mod replica;
pub mod stamp;
