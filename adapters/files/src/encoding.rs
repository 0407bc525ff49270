//! The encodings that files are in.

use encoding_rs::WINDOWS_1252;
use schakel_api::code::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::BufRead;

/// Which encoding files are in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub(crate) enum Expected {
    /// UTF-8 where the whole file is UTF-8, and Windows-1252 otherwise.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    /// UTF-8, with or without a byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// The encoding of one file. In both, delimiters, quotes and line ends are the bytes of ASCII.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) enum Encoding {
    /// UTF-8.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// What UTF-8 may begin with; it says nothing.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

impl Encoding {
    /// The text of bytes that were looked through before.
    pub(crate) fn text(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Windows1252 => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        }
    }

    /// The bytes of a text; `None` where a character does not exist in the encoding.
    pub(crate) fn bytes(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Utf8 => Some(text.as_bytes().to_vec()),
            Self::Windows1252 => {
                let (bytes, _, unwritable) = WINDOWS_1252.encode(text);
                (!unwritable).then(|| bytes.into_owned())
            }
        }
    }
}

/// Looks through a whole file, line by line, and tells in which encoding it is.
///
/// # Errors
/// [`Code::TooLarge`] beyond `largest` bytes, [`Code::EncodingInvalid`] for what is no text in that encoding,
/// [`Code::NotWellFormed`] for an empty file, [`Code::Unreadable`] when reading fails.
pub(crate) fn look_through(
    source: impl BufRead,
    expected: Expected,
    largest: u64,
    mut each: impl FnMut(&[u8]) -> Result<(), Code>,
) -> Result<Encoding, Code> {
    let mut source = source.take(largest.saturating_add(1));
    let (mut line, mut size, mut is_utf8) = (Vec::new(), 0, true);
    loop {
        line.clear();
        let read = source.read_until(b'\n', &mut line).map_err(|_| Code::Unreadable)?;
        if read == 0 {
            break;
        }
        size += line.len() as u64;
        if size > largest {
            return Err(Code::TooLarge);
        }
        // No text has a zero byte: this is UTF-16, or no text at all.
        if line.contains(&0) {
            return Err(Code::EncodingInvalid);
        }
        is_utf8 = is_utf8 && std::str::from_utf8(&line).is_ok();
        each(&line)?;
    }
    match (expected, is_utf8) {
        _ if size == 0 => Err(Code::NotWellFormed),
        (Expected::Utf8 | Expected::Auto, true) => Ok(Encoding::Utf8),
        (Expected::Utf8, false) => Err(Code::EncodingInvalid),
        (Expected::Windows1252, _) | (Expected::Auto, false) => Ok(Encoding::Windows1252),
    }
}
