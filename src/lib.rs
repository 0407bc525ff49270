//! Schakel.
