use crate::support::Folder;
use schakel_api::code::Code;
use schakel_api::contract::Item;

/// The rows of one file of CSV.
async fn csv(more: &str, content: impl AsRef<[u8]>) -> Vec<String> {
    let mut folder = Folder::csv(more);
    folder.write("a.csv", content);
    let read = folder.read().await;
    assert_eq!(folder.read().await, Vec::<String>::new(), "what was read is not read again");
    read
}

#[tokio::test]
async fn the_delimiter_is_what_the_settings_say() {
    assert_eq!(csv("", "id;naam\n1;a\n2;b,c\n").await, ["1 a", "2 b,c"]);
    assert_eq!(csv("delimiter = \",\"", "id,naam\r\n1,a\r\n2,b;c").await, ["1 a", "2 b;c"]);
    assert_eq!(csv("delimiter = \"\\t\"", "id\tnaam\n1\ta b\n").await, ["1 a b"]);
    assert_eq!(csv("delimiter = \"|\"\nquote = \"'\"", "id|naam\n1|'a|''b'\n").await, ["1 a|'b"]);
}

#[tokio::test]
async fn columns_are_found_by_name_and_others_are_not_read() {
    assert_eq!(csv("", "bedrag; naam ;id\n100,00;a;1\n").await, ["1 a"]);
    assert_eq!(csv("", "id;naam;\n1;;\n").await, ["1 -"], "an empty field is absent");
}

#[tokio::test]
async fn a_decimal_comma_stays_text() {
    assert_eq!(csv("", "id;naam\n1;1.234,50\n").await, ["1 1.234,50"]);
}

#[tokio::test]
async fn the_encoding_is_found_or_said() {
    let utf8 = "id;naam\n1;José €\n";
    let windows = b"id;naam\n1;Jos\xE9 \x80\n";
    let marked = [b"\xEF\xBB\xBF", utf8.as_bytes()].concat();
    for encoding in ["", "encoding = \"auto\"", "encoding = \"utf-8\""] {
        assert_eq!(csv(encoding, utf8).await, ["1 José €"], "{encoding}");
        assert_eq!(csv(encoding, &marked).await, ["1 José €"], "{encoding}");
    }
    assert_eq!(csv("", windows).await, ["1 José €"]);
    assert_eq!(csv("encoding = \"windows-1252\"", windows).await, ["1 José €"]);
    assert_eq!(csv("encoding = \"windows-1252\"", "id;naam\n1;é\n").await, ["1 Ã©"], "what is said is not guessed at");
    assert_eq!(csv("encoding = \"utf-8\"", windows).await, ["a.csv: encoding-invalid"]);
    let utf16: Vec<u8> = "\u{FEFF}id;naam\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(csv("", utf16).await, ["a.csv: encoding-invalid"]);
}

#[tokio::test]
async fn a_quoted_field_holds_line_ends_delimiters_and_doubled_quotes() {
    assert_eq!(csv("", "id;\"naam\"\r\n1;\"a;\r\nb \"\"c\"\"\"\r\n2;d\r\n").await, ["1 a;\r\nb \"c\"", "2 d"]);
    let marked = "\u{FEFF}\"id\";\"naam\"\n1;a\n";
    assert_eq!(csv("", marked).await, ["1 a"], "a mark before a quoted name");
}

#[tokio::test]
async fn a_bad_file_is_one_defect() {
    assert_eq!(csv("", "").await, ["a.csv: not-well-formed"]);
    assert_eq!(csv("", "\n\n").await, ["a.csv: header-missing"]);
    assert_eq!(csv("", ";\n1;a\n").await, ["a.csv: header-missing"]);
    let mut document = Folder::new("files = \"*\"\nformat = \"json\"");
    document.write("a.json", "{\"rows\": []}").write("b.json", "[]");
    assert_eq!(document.read().await, ["a.json: not-well-formed"], "a list that is missing is no empty list");
    assert_eq!(csv("", "id;name\n1;a\n").await, ["a.csv: column-missing"]);
    assert_eq!(csv("", "id;naam;id\n1;a;2\n").await, ["a.csv: column-missing"], "which id counts?");
    assert_eq!(csv("", "id;naam\n1;a\n2;\"b\n3;c\n").await, ["a.csv: not-well-formed"], "a quote that nothing closes");
    assert_eq!(csv("", "id;naam\n1;a\n2;\"b\"c\n").await, ["a.csv: not-well-formed"]);
    let large = format!("id;naam\n1;{}\n", "a".repeat(1024 * 1024));
    assert_eq!(csv("largest-mib = 1", &large).await, ["a.csv: too-large"]);
    assert_eq!(csv("largest-mib = 2", &large).await.len(), 1);
}

#[tokio::test]
async fn a_header_alone_has_no_rows() {
    assert_eq!(csv("", "id;naam").await, Vec::<String>::new());
    assert_eq!(csv("", "id;naam\r\n").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_ragged_row_is_a_defect_of_its_line() {
    let read = csv("", "id;naam\n1;a\n2;b;c\n3\n\n4;\"d\nd\"\n5;e;\n").await;
    assert_eq!(read, ["1 a", "a.csv:3: field-count", "a.csv:4: field-count", "4 d\nd", "a.csv:8: field-count"]);
}

#[tokio::test]
async fn a_mended_file_is_read_again() {
    let mut folder = Folder::csv("");
    folder.write("a.csv", "id;naam\n1;\"a\n");
    assert_eq!(folder.read().await, ["a.csv: not-well-formed"]);
    folder.write("a.csv", "id;naam\n1;\"a\"\n");
    assert_eq!(folder.read().await, ["1 a"]);
}

#[tokio::test]
async fn a_bsn_in_a_name_is_not_shown() {
    let mut folder = Folder::csv("");
    folder.write("999900006.csv", "").write("b.csv", "");
    let items = folder.page().await.unwrap().items;
    let handles: Vec<_> = items
        .iter()
        .map(|item| match item {
            Item::Defect { handle, .. } => handle.as_deref(),
            _ => panic!("no defect"),
        })
        .collect();
    assert_eq!(handles, [None, Some("b.csv")]);
}

#[tokio::test]
async fn json_is_one_document() {
    let mut folder = Folder::new("files = \"*.json\"\nformat = \"json\"");
    folder.write("a.json", "\u{FEFF}[{\"id\": 1, \"naam\": \"a\", \"x\": {}}, {\"id\": 2}]").write("b.json", "[{");
    folder.write("c.json", b"[{\"id\": 3, \"naam\": \"Jos\xE9\"}]");
    assert_eq!(folder.read().await, ["1 a", "2 -", "b.json: not-well-formed", "3 José"]);
}

#[tokio::test]
async fn json_lines_are_documents_of_their_own() {
    let mut folder = Folder::new("files = \"*.jsonl\"\nformat = \"json-lines\"");
    folder.write("a.jsonl", "\u{FEFF}{\"id\": 1, \"naam\": \"a\"}\r\n\n{\"id\": 2}, {\"id\": 3}\n{\"id\": 4}");
    assert_eq!(folder.read().await, ["1 a", "a.jsonl:3: not-well-formed", "4 -"]);
}

#[test]
fn a_sample_is_read_by_the_same_code() {
    let folder = Folder::csv("");
    assert_eq!(folder.sample(b"id;naam\n1;Jos\xE9\n2\n").unwrap(), ["1 José", "sample.csv:3: field-count"]);
    assert_eq!(folder.sample(b"id\n1\n"), Err(Code::ColumnMissing));
    assert_eq!(folder.sample(b""), Err(Code::NotWellFormed));
}
