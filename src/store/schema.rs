//! The tables as diesel sees them; the migrations make them.

diesel::table! {
    keys (id) {
        id -> Text,
        link -> Text,
        law -> Nullable<Text>,
        usage -> Text,
        wrapped -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    persons (id) {
        id -> Text,
        link -> Text,
        law -> Text,
        lookup -> Binary,
        bsn -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    heads (flow, identity) {
        flow -> Text,
        identity -> Binary,
        subject -> Text,
        content -> Binary,
        version_kind -> Text,
        version -> Text,
        in_force -> Bool,
        before -> Bool,
        accepted -> Nullable<Binary>,
        fixed -> Nullable<Binary>,
        ambiguous -> Bool,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    crosswalk (link, indication, assignment) {
        link -> Text,
        indication -> Binary,
        assignment -> Binary,
        indication_id -> Binary,
        assignment_number -> Binary,
        learned_at -> Timestamp,
    }
}

diesel::table! {
    flows (flow) {
        flow -> Text,
        adopted_at -> Nullable<Timestamp>,
        paused_at -> Nullable<Timestamp>,
        pause -> Nullable<Text>,
        confirmed -> Bool,
        removed -> BigInt,
    }
}

diesel::table! {
    lines (flow, row_key) {
        flow -> Text,
        row_key -> Binary,
        run -> BigInt,
        vanished -> Bool,
        handle -> Nullable<Binary>,
        origin -> Binary,
    }
}

diesel::table! {
    installation (environment) {
        environment -> Text,
        touched_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    entries (id) {
        id -> Text,
        flow -> Text,
        target -> Text,
        subject -> Text,
        identity -> Binary,
        content -> Binary,
        version_kind -> Text,
        version -> Text,
        record -> Nullable<Binary>,
        state -> Text,
        attempts -> Integer,
        due -> Nullable<Timestamp>,
        waits -> Bool,
        attempt -> Nullable<Text>,
        fault -> Nullable<Text>,
        receipt -> Nullable<Binary>,
        run -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    attempts (id) {
        id -> Text,
        target -> Text,
        moment -> Timestamp,
        bytes -> Binary,
        deadline -> Timestamp,
    }
}

diesel::table! {
    rejections (id) {
        id -> Text,
        link -> Text,
        flow -> Text,
        stream -> Text,
        row_key -> Binary,
        identity -> Nullable<Binary>,
        entry -> Nullable<Text>,
        content -> Nullable<Binary>,
        code -> Text,
        field -> Text,
        revision -> Text,
        actor -> Text,
        state -> Text,
        note -> Nullable<Binary>,
        handle -> Nullable<Binary>,
        origin -> Binary,
        opened_at -> Timestamp,
        last_seen_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    seen_files (flow, file) {
        flow -> Text,
        file -> Binary,
        fingerprint -> Binary,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    cursors (flow) {
        flow -> Text,
        cursor -> Binary,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    runs (id) {
        id -> BigInt,
        flow -> Text,
        started_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        fault -> Nullable<Text>,
        partial -> Bool,
        fetched -> BigInt,
        unchanged -> BigInt,
        superseded -> BigInt,
        rejected -> BigInt,
        skipped -> BigInt,
        blocked -> BigInt,
        journalled -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(entries, heads);
