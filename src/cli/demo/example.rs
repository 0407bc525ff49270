//! The example installation, which the program carries in itself.

use crate::cli::exit::Failure;
use crate::cli::keys::write_secret;
use crate::privacy::MasterKey;
use std::fs;
use std::path::Path;

/// The settings file.
pub(super) const SETTINGS: &str = "schakel.toml";
/// The folder with credentials.
pub(super) const CREDENTIALS: &str = "credentials";
/// The folder with exports.
pub(super) const EXPORTS: &str = "exports";
/// The folder with messages.
pub(super) const MESSAGES: &str = "messages";

/// Each file of `config/`, by its path.
macro_rules! files {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../../../config/", $path)))),+]
    };
}

const FILES: &[(&str, &str)] = files![
    "schakel.toml",
    "mappings/exports-performance.toml",
    "mappings/exports-utilization.toml",
    "mappings/exports-waiting-list.toml",
    "mappings/package-answer.toml",
    "mappings/package-catalogue.toml",
    "mappings/package-held.toml",
    "mappings/package-indication.toml",
    "mappings/regie-answer.toml",
    "mappings/regie-assignment.toml",
    "mappings/regie-catalogue.toml",
    "mappings/regie-indication.toml",
    "mappings/regie-own-catalogue.toml",
    "mappings/regie-performance.toml",
    "mappings/regie-request.toml",
    "mappings/regie-start.toml",
    "mappings/regie-stop.toml",
    "mappings/regie-utilization.toml",
    "mappings/regie-waiting-list.toml",
    "tables/answers.csv",
    "tables/bases.csv",
    "tables/delivery-forms.csv",
    "tables/export-units.csv",
    "tables/figures.csv",
    "tables/frequencies.csv",
    "tables/laws.csv",
    "tables/products.csv",
    "tables/states.csv",
    "tables/units.csv",
];

/// The addresses in the example, which make place for those of the simulated systems.
const FRONT: &str = "https://regie.diemen.example";
const BACK: &str = "https://pakket.diemen.example";

fn at(path: &Path) -> impl Fn(std::io::Error) -> Failure + '_ {
    move |error| Failure::io(&path.display().to_string(), &error)
}

/// Writes the files into a folder that holds no installation yet.
pub(super) fn write(directory: &Path) -> Result<(), Failure> {
    let settings = directory.join(SETTINGS);
    if settings.exists() {
        return Err(Failure::usage(format!("{} holds an installation already", directory.display())));
    }
    for folder in ["mappings", "tables", CREDENTIALS, EXPORTS, MESSAGES] {
        let folder = directory.join(folder);
        fs::create_dir_all(&folder).map_err(at(&folder))?;
    }
    for (path, text) in FILES {
        let path = directory.join(path);
        fs::write(&path, text).map_err(at(&path))?;
    }
    Ok(())
}

/// A token for the simulated systems.
pub(super) fn token() -> Result<String, Failure> {
    MasterKey::generate().map_err(|_| Failure::bug("the machine gives no random bytes"))
}

/// Files of the simulated systems appear whole, so nobody has to wait until they do not change any more.
const AT_ONCE: (&str, &str) = ("system = \"exports\"\n", "system = \"exports\"\nready = { age-seconds = 0 }\n");

/// Fills in what is known only when the simulated systems run: addresses, tokens and a key of its own.
pub(super) fn connect(directory: &Path, front: &str, back: &str, token: &str) -> Result<(), Failure> {
    let path = directory.join(SETTINGS);
    let text = fs::read_to_string(&path).map_err(at(&path))?;
    fs::write(&path, text.replace(FRONT, front).replace(BACK, back).replace(AT_ONCE.0, AT_ONCE.1))
        .map_err(at(&path))?;
    let credentials = directory.join(CREDENTIALS);
    write_secret(&credentials.join("store-key"), &self::token()?)?;
    write_secret(&credentials.join("regie-token"), token)?;
    write_secret(&credentials.join("package-token"), token)
}
