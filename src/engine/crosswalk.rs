//! Which assignments came of which indication.

use crate::privacy::Hash;
use crate::privacy::{Keyring, Purpose, Scope};
use crate::store::{Pair, StoreError, Tx};
use schakel_api::model::{Assignment, Indication, Record, Stream};
use schakel_api::value::{AssignmentNumber, Id, Law, Scalar};

/// What the crosswalk keeps of an indication and an assignment that came of it.
pub(super) fn pair(scope: &Scope, law: Law, indication: &Id, number: &AssignmentNumber) -> Result<Pair, StoreError> {
    Ok(Pair {
        indication: scope.lookup("identity", &Indication::identity_of(law, indication)),
        assignment: scope.lookup("identity", &Assignment::identity_of(law, number)),
        indication_id: scope.seal(Purpose::Crosswalk, indication.text().as_bytes())?,
        assignment_number: scope.seal(Purpose::Crosswalk, number.text().as_bytes())?,
    })
}

/// Which indication an assignment came of, where its record says so.
pub(super) fn stated(scope: &Scope, record: &Record) -> Result<Option<Pair>, StoreError> {
    let Record::Assignment(assignment) = record else { return Ok(None) };
    let Some(indication) = &assignment.indication else { return Ok(None) };
    pair(scope, assignment.law, indication, &assignment.number).map(Some)
}

/// What the crosswalk holds against a record: of an indication its newest number, of an assignment its indication.
pub(super) fn counterpart(
    tx: &mut Tx,
    keyring: &Keyring,
    link: &str,
    stream: Stream,
    identity: &Hash,
) -> Result<Option<String>, StoreError> {
    let sealed = match stream {
        Stream::Indication => tx.assignment_of(link, identity)?,
        Stream::Assignment => tx.indication_of(link, identity)?,
        _ => None,
    };
    let Some(sealed) = sealed else { return Ok(None) };
    let plain = keyring.open(Purpose::Crosswalk, &sealed)?;
    String::from_utf8(plain).map(Some).map_err(|_| StoreError::Broken("a number of the crosswalk is no text"))
}
