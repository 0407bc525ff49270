//! Comma separated values as packages write them.

/// A table with a header, in text.
#[derive(Debug)]
pub(super) struct Csv {
    separator: char,
    text: String,
}

impl Csv {
    pub(super) fn new(separator: char, header: &[&str]) -> Self {
        let mut csv = Self { separator, text: String::new() };
        csv.line(header);
        csv
    }

    /// Adds a line; a field is quoted where it must be.
    pub(super) fn line(&mut self, fields: &[&str]) {
        for (field, place) in fields.iter().zip(0..) {
            if place > 0 {
                self.text.push(self.separator);
            }
            if field.contains([self.separator, '"', '\r', '\n']) {
                self.text.push('"');
                self.text.push_str(&field.replace('"', "\"\""));
                self.text.push('"');
            } else {
                self.text.push_str(field);
            }
        }
        self.text.push_str("\r\n");
    }

    /// UTF-8 behind a byte order mark.
    pub(super) fn utf8_with_mark(self) -> Vec<u8> {
        format!("\u{FEFF}{}", self.text).into_bytes()
    }

    /// Windows-1252; what it does not have becomes a question mark.
    pub(super) fn windows_1252(self) -> Vec<u8> {
        let byte = |character: char| match character {
            '€' => 0x80,
            '\u{80}'..='\u{9F}' => b'?',
            other => u8::try_from(u32::from(other)).unwrap_or(b'?'),
        };
        self.text.chars().map(byte).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Csv;

    #[test]
    fn a_field_with_the_separator_a_quote_or_a_line_end_is_quoted() {
        let mut csv = Csv::new(';', &["a", "b;c"]);
        csv.line(&["zij \"zei\"", "één\r\ntwee"]);
        assert_eq!(csv.text, "a;\"b;c\"\r\n\"zij \"\"zei\"\"\";\"één\r\ntwee\"\r\n");
    }

    #[test]
    fn a_letter_is_one_byte_in_windows_1252_and_the_euro_has_its_own_place() {
        assert_eq!(Csv::new(';', &["Cliënt €"]).windows_1252(), b"Cli\xEBnt \x80\r\n");
    }
}
