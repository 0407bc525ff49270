use serde_json::Value;
use serde_json_path::JsonPath;

/// A step into JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Name(String),
    Index(usize),
    Every,
}

/// Why a path cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPath {
    /// Not a query of RFC 9535.
    #[error("this is no JSONPath: {message} (at character {position})")]
    Syntax {
        /// Where, counted from one.
        position: usize,
        /// What the parser missed.
        message: String,
    },
    /// A query that may find more than one value.
    #[error("a field's path must lead to one value: only names and indexes")]
    NotSingular,
    /// A query beyond names, indexes and `[*]`.
    #[error("rows are found by names, indexes and [*] only")]
    NotPlain,
    /// `$2` where there are not so many enclosing rows.
    #[error("there is no enclosing row with this number")]
    NoSuchRow,
}

/// A singular query (RFC 9535, 2.3.5.1): names and indexes, from the root it is read at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(pub(crate) Vec<Step>);

/// Where rows are: names, indexes and `[*]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Each(pub(crate) Vec<Step>);

/// A singular query from the row, or from an enclosing one: `$1` is the outermost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPath {
    /// Which row: counted from the outermost, or `None` for the row itself.
    pub(crate) row: Option<usize>,
    pub(crate) path: Path,
}

impl Path {
    /// Reads a singular query that starts with `$`.
    ///
    /// # Errors
    /// Where it is no such query.
    pub fn parse(text: &str) -> Result<Self, BadPath> {
        let steps = steps(text).map_err(|bad| if bad == BadPath::NotPlain { BadPath::NotSingular } else { bad })?;
        if steps.contains(&Step::Every) {
            return Err(BadPath::NotSingular);
        }
        Ok(Self(steps))
    }

    /// The value that it leads to.
    pub(crate) fn find<'v>(&self, root: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(root, |value, step| match step {
            Step::Name(name) => value.get(name),
            Step::Index(index) => value.get(index),
            Step::Every => None,
        })
    }
}

impl Each {
    /// Reads a query of names, indexes and `[*]`.
    ///
    /// # Errors
    /// Where it is no such query.
    pub fn parse(text: &str) -> Result<Self, BadPath> {
        steps(text).map(Self)
    }

    /// Whether there is a place for rows: the list that the first `[*]` goes through, or without one the row itself.
    pub(crate) fn has_place(&self, root: &Value) -> bool {
        let mut value = root;
        for step in &self.0 {
            let next = match step {
                Step::Name(name) => value.get(name),
                Step::Index(index) => value.get(index),
                Step::Every => return value.is_array(),
            };
            let Some(next) = next else { return false };
            value = next;
        }
        !value.is_null()
    }

    /// Every value that it leads to, in order.
    pub(crate) fn find<'v>(&self, root: &'v Value) -> Vec<&'v Value> {
        self.0.iter().fold(vec![root], |values, step| {
            values
                .into_iter()
                .flat_map(|value| match step {
                    Step::Name(name) => value.get(name).into_iter().collect::<Vec<_>>(),
                    Step::Index(index) => value.get(index).into_iter().collect(),
                    Step::Every => value.as_array().map(|list| list.iter().collect()).unwrap_or_default(),
                })
                .collect()
        })
    }
}

impl FieldPath {
    /// A path from the row itself.
    pub fn of_row(path: Path) -> Self {
        Self { row: None, path }
    }

    /// Reads a singular query from the row (`$`) or one of `enclosing` rows (`$1` is the outermost).
    ///
    /// # Errors
    /// Where it is no such query, or there is no such row.
    pub fn parse(text: &str, enclosing: usize) -> Result<Self, BadPath> {
        let digits: String = text.chars().skip(1).take_while(char::is_ascii_digit).collect();
        if !text.starts_with('$') || digits.is_empty() {
            return Ok(Self { row: None, path: Path::parse(text)? });
        }
        let path = Path::parse(&format!("${}", &text[1 + digits.len()..])).map_err(|bad| match bad {
            BadPath::Syntax { position, message } => BadPath::Syntax { position: position + digits.len(), message },
            other => other,
        })?;
        match digits.parse::<usize>() {
            Ok(number) if (1..=enclosing).contains(&number) => Ok(Self { row: Some(number - 1), path }),
            _ => Err(BadPath::NoSuchRow),
        }
    }
}

/// What RFC 9535 allows between the segments of a query.
const BLANK: [char; 4] = [' ', '\t', '\n', '\r'];

/// The steps of a query that RFC 9535 allows and that has nothing but names, indexes and `[*]`.
fn steps(text: &str) -> Result<Vec<Step>, BadPath> {
    JsonPath::parse(text).map_err(|error| {
        // The parser counts bytes, from zero.
        let position = text.get(..error.position()).unwrap_or(text).chars().count() + 1;
        BadPath::Syntax { position, message: error.message().to_owned() }
    })?;
    let mut steps = Vec::new();
    let mut rest = text.strip_prefix('$').unwrap_or(text).trim_matches(BLANK);
    while !rest.is_empty() {
        let (step, after) = if let Some(after) = rest.strip_prefix(".*") {
            (Step::Every, after)
        } else if let Some(after) = rest.strip_prefix('[') {
            bracketed(after.trim_start_matches(BLANK))?
        } else {
            let name = rest.strip_prefix('.').filter(|name| !name.starts_with('.')).ok_or(BadPath::NotPlain)?;
            let end = name.find(['.', '[']).unwrap_or(name.len());
            (Step::Name(name[..end].trim_end_matches(BLANK).to_owned()), &name[end..])
        };
        steps.push(step);
        rest = after.trim_start_matches(BLANK);
    }
    Ok(steps)
}

/// The step that stands in brackets, and what comes after them. A quoted name may hold brackets, but no escapes.
fn bracketed(inside: &str) -> Result<(Step, &str), BadPath> {
    let (step, after) = if let Some(quote @ ('\'' | '"')) = inside.chars().next() {
        let (name, after) = inside[1..].split_once(quote).ok_or(BadPath::NotPlain)?;
        if name.contains('\\') {
            return Err(BadPath::NotPlain);
        }
        (Step::Name(name.to_owned()), after)
    } else {
        let (text, after) = inside.split_at(inside.find(']').unwrap_or(inside.len()));
        let step = match text.trim_matches(BLANK) {
            "*" => Step::Every,
            index => Step::Index(index.parse().map_err(|_| BadPath::NotPlain)?),
        };
        (step, after)
    };
    let after = after.trim_start_matches(BLANK).strip_prefix(']').ok_or(BadPath::NotPlain)?;
    Ok((step, after))
}

#[cfg(test)]
mod tests;
