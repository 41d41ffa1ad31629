//! The bulletin as a document in the layout of official papers (GB/T 9704): A4, title in 小标宋, text in 仿宋 of size
//! three with 28 points a line, heads in 黑体, copies between two lines at the end, numbered pages.

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use shared::{
    bulletin::{Bulletin, Roll, Sheet},
    t,
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::ExportError;

/// Sizes in half points: 二号, 三号, 四号, 小五.
const TITLE: u32 = 44;
const BODY: u32 = 32;
const SMALL: u32 = 28;
const TABLE: u32 = 18;

/// A typeface. Where it is not installed the reader's own choice stands in.
#[derive(Clone, Copy)]
enum Face {
    Title,
    Head,
    Body,
    Page,
}

impl Face {
    fn name(self) -> String {
        match self {
            Self::Title => t!("bulletin.face.title"),
            Self::Head => t!("bulletin.face.head"),
            Self::Body => t!("bulletin.face.body"),
            Self::Page => t!("bulletin.face.page"),
        }
    }
}

/// The paper and its margins in twentieths of a point: 37 mm above, 35 below, 28 left, 26 right.
const PAPER: &str = "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
    <w:pgMar w:top=\"2098\" w:bottom=\"1984\" w:left=\"1587\" w:right=\"1474\" w:header=\"851\" w:footer=\"1400\" w:gutter=\"0\"/>";

const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";

/// What the package holds, and of what kind each part is.
const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
    <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
    <Override PartName=\"/word/document.xml\" \
    ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
    <Override PartName=\"/word/footer.xml\" \
    ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/></Types>";

const PACKAGE: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"rId1\" Target=\"word/document.xml\" \
    Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\"/></Relationships>";

const PARTS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"rId1\" Target=\"footer.xml\" \
    Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\"/></Relationships>";

/// The document's bytes.
///
/// # Errors
/// When the package cannot be written.
pub fn write(bulletin: &Bulletin) -> Result<Vec<u8>, ExportError> {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    // Every part has the same time, so that one bulletin is the same bytes each time.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let parts = [
        ("[Content_Types].xml", TYPES.to_owned()),
        ("_rels/.rels", PACKAGE.to_owned()),
        ("word/_rels/document.xml.rels", PARTS.to_owned()),
        ("word/footer.xml", footer()),
        ("word/document.xml", document(bulletin)),
    ];
    for (name, text) in parts {
        package.start_file(name, options.last_modified_time(zip::DateTime::default()))?;
        package.write_all(HEAD.as_bytes())?;
        package.write_all(text.as_bytes())?;
    }
    Ok(package.finish()?.into_inner())
}

fn document(bulletin: &Bulletin) -> String {
    let mut body = String::new();
    line(
        &mut body,
        &Line { face: Face::Title, size: TITLE, red: true, place: Place::Middle, ..Line::of(&bulletin.office) },
    );
    rule(&mut body, "C00000");
    line(&mut body, &Line::of(""));
    line(&mut body, &Line { face: Face::Title, size: TITLE, place: Place::Middle, ..Line::of(&bulletin.title) });
    line(&mut body, &Line::of(""));
    line(&mut body, &Line { place: Place::Left, ..Line::of(&bulletin.addressees) });
    for paragraph in &bulletin.paragraphs {
        line(&mut body, &Line::of(paragraph));
    }
    line(&mut body, &Line { face: Face::Head, ..Line::of(&t!("bulletin.part_figures")) });
    for sheet in &bulletin.tables {
        line(&mut body, &Line { face: Face::Head, size: SMALL, place: Place::Middle, ..Line::of(&sheet.title) });
        table(&mut body, sheet);
    }
    if !bulletin.rolls.is_empty() {
        line(&mut body, &Line { face: Face::Head, ..Line::of(&t!("bulletin.part_meeting")) });
        for roll in &bulletin.rolls {
            roll_lines(&mut body, roll);
        }
    }
    line(&mut body, &Line::of(""));
    line(&mut body, &Line { place: Place::Right, ..Line::of(&bulletin.office) });
    line(&mut body, &Line { place: Place::Right, ..Line::of(&bulletin.day) });
    line(&mut body, &Line { size: SMALL, ..Line::of(&bulletin.proof) });
    rule(&mut body, "000000");
    line(&mut body, &Line { size: SMALL, place: Place::Left, ..Line::of(&bulletin.copies) });
    rule(&mut body, "000000");
    format!(
        "<w:document {NAMESPACES}><w:body>{body}<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId1\"/>{PAPER}\
        </w:sectPr></w:body></w:document>"
    )
}

fn roll_lines(body: &mut String, roll: &Roll) {
    let title = t!("bulletin.roll", group = roll.group, title = roll.title);
    line(body, &Line { face: Face::Head, size: SMALL, ..Line::of(&title) });
    if roll.entries.is_empty() {
        line(body, &Line::of(&t!("bulletin.nobody")));
    }
    for (number, entry) in (1..).zip(&roll.entries) {
        line(body, &Line::of(&t!("bulletin.entry", number = number, unit = entry.unit, reason = entry.reason)));
    }
}

/// Where a line stands.
#[derive(Clone, Copy)]
enum Place {
    /// A paragraph: two characters in, to both edges.
    Paragraph,
    Left,
    Middle,
    Right,
}

struct Line<'a> {
    text: &'a str,
    face: Face,
    size: u32,
    red: bool,
    place: Place,
}

impl<'a> Line<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, face: Face::Body, size: BODY, red: false, place: Place::Paragraph }
    }
}

fn line(body: &mut String, line: &Line<'_>) {
    let place = match line.place {
        Place::Paragraph => "<w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/><w:jc w:val=\"both\"/>",
        Place::Left => "<w:jc w:val=\"left\"/>",
        Place::Middle => "<w:jc w:val=\"center\"/>",
        Place::Right => "<w:jc w:val=\"right\"/>",
    };
    // A title's letters are taller than 28 points leave room for.
    let height = if line.size > BODY { "w:line=\"700\"" } else { "w:line=\"560\"" };
    let _ = write!(
        body,
        "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" {height} w:lineRule=\"exact\"/>{place}</w:pPr>{}</w:p>",
        run(line.text, line.face, line.size, line.red)
    );
}

fn run(text: &str, face: Face, size: u32, red: bool) -> String {
    let face = face.name();
    let color = if red { "<w:color w:val=\"C00000\"/>" } else { "" };
    format!(
        "<w:r><w:rPr><w:rFonts w:ascii=\"{face}\" w:hAnsi=\"{face}\" w:eastAsia=\"{face}\"/>{color}<w:sz w:val=\"{size}\"/>\
        <w:szCs w:val=\"{size}\"/></w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r>",
        escaped(text)
    )
}

/// An empty line with a rule under it.
fn rule(body: &mut String, color: &str) {
    let _ = write!(
        body,
        "<w:p><w:pPr><w:pBdr><w:bottom w:val=\"single\" w:sz=\"12\" w:space=\"1\" w:color=\"{color}\"/></w:pBdr>\
        <w:spacing w:before=\"0\" w:after=\"0\" w:line=\"120\" w:lineRule=\"exact\"/></w:pPr></w:p>"
    );
}

fn table(body: &mut String, sheet: &Sheet) {
    let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"]
        .map(|edge| format!("<w:{edge} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>"))
        .concat();
    let _ = write!(
        body,
        "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:jc w:val=\"center\"/><w:tblBorders>{borders}</w:tblBorders>\
        <w:tblLayout w:type=\"autofit\"/></w:tblPr><w:tblGrid>{}</w:tblGrid>",
        "<w:gridCol/>".repeat(sheet.columns.len())
    );
    // The head is told again on every page that the table reaches.
    row(body, "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>", Face::Head, sheet.columns.iter().cloned());
    for cells in &sheet.rows {
        row(body, "<w:trPr><w:cantSplit/></w:trPr>", Face::Body, cells.iter().map(shared::bulletin::Cell::words));
    }
    body.push_str("</w:tbl>");
}

fn row(body: &mut String, properties: &str, face: Face, cells: impl Iterator<Item = String>) {
    let _ = write!(body, "<w:tr>{properties}");
    for cell in cells {
        let _ = write!(
            body,
            "<w:tc><w:tcPr><w:vAlign w:val=\"center\"/></w:tcPr><w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\"/>\
            <w:jc w:val=\"center\"/></w:pPr>{}</w:p></w:tc>",
            run(&cell, face, TABLE, false)
        );
    }
    body.push_str("</w:tr>");
}

/// — 1 —
fn footer() -> String {
    let part = |text: &str| run(text, Face::Page, SMALL, false);
    format!(
        "<w:ftr {NAMESPACES}><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>{}<w:fldSimple w:instr=\"PAGE\">{}</w:fldSimple>{}\
        </w:p></w:ftr>",
        part("\u{2014} "),
        part("1"),
        part(" \u{2014}")
    )
}

/// Text as XML takes it. What XML cannot say at all is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use zip::ZipArchive;

    use super::*;
    use crate::export::tests::sample;

    fn part(bytes: &[u8], name: &str) -> String {
        let mut text = String::new();
        let mut package = ZipArchive::new(Cursor::new(bytes)).unwrap();
        package.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    /// The words of a document, one line per paragraph.
    fn words(document: &str) -> Vec<String> {
        let paragraphs = document.split("</w:p>").map(|paragraph| {
            let texts = paragraph.split("<w:t xml:space=\"preserve\">").skip(1);
            texts.filter_map(|text| text.split("</w:t>").next()).collect::<String>()
        });
        paragraphs.filter(|text| !text.is_empty()).collect()
    }

    #[test]
    fn a_document_has_head_title_tables_lists_signature_and_copies_in_this_order() {
        let bytes = write(&sample()).unwrap();
        assert_eq!(write(&sample()).unwrap(), bytes, "the same bytes each time");
        let document = part(&bytes, "word/document.xml");
        let said = words(&document);
        let expected = [
            "鼓楼区重点办",
            "关于考评结果的通报",
            "各单位:",
            "现将结果通报如下。",
            "一、考评结果",
            "街镇组考评结果",
            "位次",
            "单位",
            "得分",
            "1",
            "=cmd|' /C calc'!A0",
            "97.25",
            "二、季度会议名单",
            "街镇组 · 介绍经验",
            "1. =cmd|' /C calc'!A0:位居第 1 &lt;前 3&gt;",
            "街镇组 · 表态发言",
            "无",
            "鼓楼区重点办",
            "2021年7月6日",
            "结果摘要 abc",
            "抄送:区委办",
        ];
        let said: Vec<String> = said.iter().map(|text| text.replace('\u{ff1a}', ":")).collect();
        assert_eq!(said, expected);
        assert!(document.contains("w:tblHeader") && document.contains("方正小标宋简体"));
        assert!(part(&bytes, "word/footer.xml").contains("PAGE"));
        assert!(part(&bytes, "[Content_Types].xml").starts_with(HEAD));
    }

    #[test]
    fn nothing_that_people_write_ends_the_text_it_stands_in() {
        for (text, expected) in
            [("<w:t>&\"", "&lt;w:t&gt;&amp;&quot;"), ("一\n二\t三", "一 二 三"), ("坏\u{0}\u{b}字", "坏字")]
        {
            assert_eq!(escaped(text), expected);
        }
    }
}
