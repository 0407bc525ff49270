//! Reads iWmo and iJw 3.2 messages from a directory.
