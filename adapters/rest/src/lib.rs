//! Reads and writes JSON over HTTP.
