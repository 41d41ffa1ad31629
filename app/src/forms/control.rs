//! The control of a field, by what the field takes.

use leptos::prelude::*;
use shared::{
    fields::{Value, parse_decimal},
    form::{self, Field, FieldKind, FigureUnit, display, months, normalise, yi_hint},
    id::UnitId,
    project::credit,
    t,
};

use super::model::{FormModel, field_id};
use crate::ui::{
    button::{Button, ButtonVariant},
    check::{CheckList, Checkbox},
    date_input::{DateInput, MonthInput},
    input::{Choice, Select, TextArea, TextInput, TextKind},
    months_input::MonthsInput,
    number_input::NumberInput,
    parts_input::{PartRow, PartsInput},
    segmented::Segmented,
};

/// Choices whose names together are no longer than this stand side by side; more go into a list that opens.
const SIDE_BY_SIDE_CHARS_MAX: usize = 24;

/// Choices that fit side by side in one column of the form.
const NARROW_CHOICES_MAX: usize = 4;

/// From this amount on, 万元 are also said in 亿元.
const YI_FROM: u32 = 10_000;

/// Whether the control is a group of boxes, which a field labels differently.
pub(super) fn is_group(field: &Field) -> bool {
    match field.kind {
        FieldKind::Segmented(_) | FieldKind::Choices(_) | FieldKind::Months { .. } | FieldKind::Credit => true,
        FieldKind::Choice(_) => is_side_by_side(field),
        FieldKind::Text { .. }
        | FieldKind::LongText { .. }
        | FieldKind::Code
        | FieldKind::Phone
        | FieldKind::Figure { .. }
        | FieldKind::Flag
        | FieldKind::Month
        | FieldKind::Date
        | FieldKind::Record(_) => false,
    }
}

/// Whether a field takes the form's whole width: as declared, or because its choices need it.
pub(super) fn is_wide(field: &Field) -> bool {
    let FieldKind::Choice(codes) = field.kind else { return field.wide };
    field.wide || (is_side_by_side(field) && codes.len() > NARROW_CHOICES_MAX)
}

/// The control inside a field's frame.
pub(super) fn control(model: FormModel, field: &'static Field) -> AnyView {
    match field.kind {
        FieldKind::Text { .. } | FieldKind::Code | FieldKind::Record(_) => text(model, field, TextKind::Text),
        FieldKind::Phone => text(model, field, TextKind::Telephone),
        FieldKind::LongText { .. } => long_text(model, field),
        FieldKind::Figure { unit, .. } => figure(model, field, unit),
        FieldKind::Months { of, .. } => twelve_months(model, field, of),
        FieldKind::Credit => credited(model, field),
        FieldKind::Month | FieldKind::Date => date(model, field),
        FieldKind::Segmented(_) => segmented(model, field),
        FieldKind::Choice(_) if is_side_by_side(field) => segmented(model, field),
        FieldKind::Choice(_) => select(model, field),
        FieldKind::Choices(_) => choices(model, field),
        FieldKind::Flag => flag(model, field),
    }
}

fn is_side_by_side(field: &Field) -> bool {
    let FieldKind::Choice(codes) = field.kind else { return false };
    codes.iter().map(|code| form::option_label(field.name, code).chars().count()).sum::<usize>()
        <= SIDE_BY_SIDE_CHARS_MAX
}

/// Typed text: as typed while the person is in the field, tidied when they leave it.
#[derive(Clone, Copy)]
struct Typing {
    value: Signal<String>,
    on_input: Callback<String>,
    on_blur: Callback<()>,
}

fn typing(model: FormModel, field: &'static Field) -> Typing {
    let raw = RwSignal::new(None::<String>);
    Typing {
        value: Signal::derive(move || raw.get().unwrap_or_else(|| display(field, &model.value(field.name)))),
        on_input: Callback::new(move |typed: String| {
            model.write(field.name, normalise(field.kind, &typed));
            raw.set(Some(typed));
        }),
        on_blur: Callback::new(move |()| {
            // A blur also comes when the page closes, after the field's owner is gone.
            if raw.try_set(None).is_none() {
                model.touch(field.name);
            }
        }),
    }
}

fn text(model: FormModel, field: &'static Field, kind: TextKind) -> AnyView {
    let Typing { value, on_input, on_blur } = typing(model, field);
    view! { <TextInput value on_input on_blur kind read_only=model.source.locked /> }.into_any()
}

fn long_text(model: FormModel, field: &'static Field) -> AnyView {
    let Typing { value, on_input, on_blur } = typing(model, field);
    view! { <TextArea value on_input on_blur read_only=model.source.locked /> }.into_any()
}

fn figure(model: FormModel, field: &'static Field, unit: FigureUnit) -> AnyView {
    let Typing { value, on_input, on_blur } = typing(model, field);
    let sign = unit.label_key().map(|key| t!(key));
    let in_yi = move || {
        let figure = parse_decimal(model.value(field.name).as_text()?)?;
        let large = unit == FigureUnit::TenThousandYuan && figure.abs() >= YI_FROM.into();
        // Where a line under the field follows from the figure, that line says what matters about it.
        (large && model.consequence(field.name).is_none()).then(|| yi_hint(figure))
    };
    view! {
        <NumberInput
            value
            on_input
            on_blur
            unit=Signal::derive(move || sign.clone())
            also=Signal::derive(in_yi)
            read_only=model.source.locked
        />
    }
    .into_any()
}

fn twelve_months(model: FormModel, field: &'static Field, of: &'static str) -> AnyView {
    // While the person types, what they typed; tidied when they leave.
    let typed = RwSignal::new(None::<(usize, String)>);
    let texts = Signal::derive(move || {
        let value = model.value(field.name);
        let mut texts: Vec<String> =
            (0..months::MONTHS).map(|month| months::text_of(&value, month).to_owned()).collect();
        if let Some((month, text)) = typed.get()
            && let Some(shown) = texts.get_mut(month)
        {
            *shown = text;
        }
        texts
    });
    let on_input = move |(month, text): (usize, String)| {
        // A row of a spreadsheet pasted into any month fills all of them.
        if text.contains('\t') {
            return choose(model, field, normalise(field.kind, &text));
        }
        let value = untrack(|| months::with_month(&model.value(field.name), month, &text));
        model.write(field.name, value);
        typed.set(Some((month, text)));
    };
    let on_blur = move |()| {
        // A blur also comes when the page closes, after the field's owner is gone.
        if typed.try_set(None).is_none() {
            model.touch(field.name);
        }
    };
    let year = Memo::new(move |_| model.value(of).as_text().and_then(parse_decimal));
    let spread = move |()| {
        if let Some(year) = year.get_untracked() {
            choose(model, field, months::spread(year));
        }
    };
    let offers = move || year.get().is_some() && !model.source.locked.get();
    view! {
        <MonthsInput texts on_input on_blur read_only=model.source.locked />
        <Show when=offers>
            <div class="field__fix">
                <Button variant=ButtonVariant::Secondary on_click=spread attr:data-action="spread">
                    {t!("forms.spread")}
                </Button>
            </div>
        </Show>
    }
    .into_any()
}

fn credited(model: FormModel, field: &'static Field) -> AnyView {
    let row = |typed: credit::Typed| PartRow {
        choice: typed.unit.map(|unit| unit.to_string()).unwrap_or_default(),
        percent: typed.percent,
    };
    let rows = Memo::new(move |_| {
        credit::typed(model.value(field.name).as_list()).into_iter().map(row).collect::<Vec<PartRow>>()
    });
    let typed = |row: PartRow| credit::Typed { unit: row.choice.parse().ok().map(UnitId), percent: row.percent };
    let on_change = move |(rows, at_once): (Vec<PartRow>, bool)| {
        let parts: Vec<credit::Typed> = rows.into_iter().map(typed).collect();
        model.write(field.name, credit::value(&parts));
        if at_once {
            model.touch(field.name);
        }
    };
    let on_blur = move |()| model.touch(field.name);
    view! { <PartsInput rows options=Signal::derive(model.source.units) on_change on_blur read_only=model.source.locked /> }.into_any()
}

fn date(model: FormModel, field: &'static Field) -> AnyView {
    let Typing { value, on_input, on_blur } = typing(model, field);
    let picker_label = t!("forms.pick", label = form::label(model.source.kind, field.name));
    if field.kind == FieldKind::Month {
        let placeholder = Some(t!("forms.month_pattern"));
        view! { <MonthInput value on_input on_blur picker_label placeholder read_only=model.source.locked /> }
            .into_any()
    } else {
        let placeholder = Some(t!("forms.day_pattern"));
        view! { <DateInput value on_input on_blur picker_label placeholder read_only=model.source.locked /> }.into_any()
    }
}

fn options(model: FormModel, field: &'static Field) -> Memo<Vec<Choice>> {
    Memo::new(move |_| {
        let codes = model.source.fields.with(|fields| field.options(fields));
        let choice = |code: &&str| Choice { value: (*code).to_owned(), label: form::option_label(field.name, code) };
        codes.iter().map(choice).collect()
    })
}

/// A choice is made at once: written, saved, and its issues show.
fn choose(model: FormModel, field: &'static Field, value: Value) {
    model.write(field.name, value);
    model.touch(field.name);
}

fn chosen(model: FormModel, field: &'static Field) -> Signal<String> {
    Signal::derive(move || model.value(field.name).as_text().unwrap_or_default().to_owned())
}

fn segmented(model: FormModel, field: &'static Field) -> AnyView {
    let on_select = move |code: String| choose(model, field, Value::text(&code));
    view! { <Segmented value=chosen(model, field) options=options(model, field) on_select disabled=model.source.locked /> }
        .into_any()
}

fn select(model: FormModel, field: &'static Field) -> AnyView {
    let on_select = move |code: String| choose(model, field, Value::text(&code));
    view! {
        <Select
            value=chosen(model, field)
            options=options(model, field)
            on_select
            empty_label=Some(t!("forms.choose"))
            disabled=model.source.locked
        />
    }
    .into_any()
}

fn choices(model: FormModel, field: &'static Field) -> AnyView {
    let values = Signal::derive(move || held(&model.value(field.name)));
    let on_toggle = move |(code, on): (String, bool)| {
        let mut codes = untrack(|| held(&model.value(field.name)));
        codes.retain(|other| *other != code);
        if on {
            codes.push(code);
        }
        choose(model, field, if codes.is_empty() { Value::Null } else { Value::List(codes) });
    };
    view! { <CheckList values options=options(model, field) on_toggle disabled=model.source.locked /> }.into_any()
}

fn held(value: &Value) -> Vec<String> {
    match value {
        Value::List(codes) => codes.clone(),
        Value::Text(code) => vec![code.clone()],
        Value::Null | Value::Flag(_) => Vec::new(),
    }
}

fn flag(model: FormModel, field: &'static Field) -> AnyView {
    let checked = Signal::derive(move || model.value(field.name) == Value::Flag(true));
    let on_change = move |on: bool| choose(model, field, Value::Flag(on));
    let label = form::label(model.source.kind, field.name);
    view! {
        <div id=field_id(field.name) tabindex="-1">
            <Checkbox checked label on_change disabled=model.source.locked />
        </div>
    }
    .into_any()
}
