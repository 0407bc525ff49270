//! The list of adapters. Schema, manual, `validate` and the conformance tests follow from it.

use schakel_api::contract::Adapter;

/// Every adapter that settings may name.
pub const ADAPTERS: &[&dyn Adapter] =
    &[&schakel_files::Files, &schakel_istandaarden::Istandaarden, &schakel_rest::Rest];
