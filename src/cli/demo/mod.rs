//! `demo`: two simulated systems and the example installation between them.

mod books;
mod example;
mod report;

use super::clock;
use super::exit::{Exit, Failure};
use super::output::Output;
use super::rejections::{self, Only};
use crate::config::Installation;
use crate::engine::{Engine, OnceOptions, once};
use crate::store::Store;
use books::books;
use chrono::Utc;
use clap::Args;
use report::Report;
use schakel_api::contract::Credentials;
use schakel_simulator::{MOST_PERSONS, Mark, Options, Simulator};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Sync once, print what happened, and stop
    #[arg(long)]
    once: bool,

    /// Where to write the installation [default: a fresh temporary directory]
    #[arg(long)]
    dir: Option<PathBuf>,

    /// What all simulated data follow from
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// How many persons to simulate
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_PERSONS)))]
    persons: u32,

    /// Seconds between two rounds, without --once
    #[arg(long, default_value_t = 3)]
    pause: u64,
}

/// Runs the demo.
pub(super) async fn demo(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let directory = match &arguments.dir {
        Some(directory) => directory.clone(),
        None => tempfile::Builder::new()
            .prefix("schakel-demo-")
            .tempdir()
            .map_err(|error| Failure::io("the temporary directory", &error))?
            .keep(),
    };
    example::write(&directory)?;
    let options = Options {
        persons: arguments.persons,
        seed: arguments.seed,
        messages: Some(directory.join(example::MESSAGES)),
        exports: Some(directory.join(example::EXPORTS)),
        mark: Mark::from_seed(arguments.seed),
        today: Utc::now().date_naive(),
        token: example::token()?,
        ..Options::default()
    };
    let token = options.token.clone();
    output.say(&format!("the installation is in {}", directory.display()));
    let simulator = Simulator::start(options).await.map_err(|error| Failure::bug(error.to_string()))?;
    output.say(&format!(
        "{} simulated persons; front office at {}, back office at {}",
        arguments.persons,
        simulator.front_url(),
        simulator.back_url()
    ));
    example::connect(&directory, &simulator.front_url(), &simulator.back_url(), &token)?;
    let credentials = Credentials::new(Some(directory.join(example::CREDENTIALS)));
    let installation = Installation::load(&directory.join(example::SETTINGS), &credentials, crate::adapters::ADAPTERS)?;
    let store = Store::open(&installation.store.url, &installation.store.key)?;
    let engine = Engine::start(Arc::new(installation), store, clock()).await?;
    let exit = match arguments.once {
        true => single(&engine, &simulator, output, &directory).await,
        false => forever(&engine, &simulator, output, Duration::from_secs(arguments.pause)).await,
    };
    simulator.stop().await;
    exit
}

async fn single(
    engine: &Engine,
    simulator: &Simulator,
    output: Output,
    directory: &std::path::Path,
) -> Result<Exit, Failure> {
    let (summary, ending) = once(engine, OnceOptions { patience: Duration::from_secs(30) }).await?;
    let (front, back) = (books(&simulator.front_url()).await?, books(&simulator.back_url()).await?);
    let rejections = rejections::listed(engine.store(), &Only::default(), None).await?;
    let report = Report::new(&summary, front, back, &rejections, &simulator.planted(), simulator.unseen(), directory);
    output.print(&report, Report::text)?;
    Ok(ending.into())
}

/// Changes both sides and syncs, round after round, until told to stop.
async fn forever(engine: &Engine, simulator: &Simulator, output: Output, pause: Duration) -> Result<Exit, Failure> {
    output.say("stop with Ctrl-C");
    let stop = tokio::signal::ctrl_c();
    tokio::pin!(stop);
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(|error| Failure::io("signals", &error))?;
    let mut round = 0_u64;
    loop {
        let (summary, ending) = once(engine, OnceOptions { patience: Duration::from_secs(5) }).await?;
        output.say(&report::round(round, &summary));
        tokio::select! {
            _ = &mut stop => return Ok(ending.into()),
            _ = terminate.recv() => return Ok(ending.into()),
            () = tokio::time::sleep(pause) => {}
        }
        let step = simulator.step().await;
        round += 1;
        output.say(&format!(
            "both sides went on: {} indications changed or came in, {} messages were written",
            step.indications.len(),
            step.messages.len()
        ));
    }
}
