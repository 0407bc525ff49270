//! The running simulation.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use crate::back;
use crate::front::{self, Front};
use crate::indications::MOST_EACH;
use crate::mark::Mark;
use crate::office::Office;
use crate::options::{MOST_PERSONS, Options};
use crate::planted::Planted;
use crate::rows::Feeds;
use crate::server::Server;
use crate::shared::{blocking, lock, take_step};
use crate::step::Step;
use crate::strangers::Unseen;
use crate::world::World;

/// Why a simulation did not start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The number of persons is not 1 up to and including [`MOST_PERSONS`].
    #[error("the number of persons must be 1 up to and including {}", crate::MOST_PERSONS)]
    Persons,
    /// More indications are asked for than the persons can have.
    #[error("there can be at most {} indications for each person", crate::indications::MOST_EACH)]
    Indications,
    /// A server could not listen on its port.
    #[error("cannot listen on port {port} of the loopback address")]
    Listen {
        /// The port asked for.
        port: u16,
        /// What the operating system said.
        source: io::Error,
    },
    /// A message or an export could not be written.
    #[error("cannot write the files of the back office")]
    Files(#[source] io::Error),
}

/// A front office and a back office that run until [`stop`](Self::stop) or until this value is dropped.
#[derive(Debug)]
pub struct Simulator {
    mark: Mark,
    world: Arc<Mutex<World>>,
    feeds: Arc<Mutex<Feeds>>,
    front: Server,
    back: Server,
}

impl Simulator {
    /// Makes the data, writes the first messages and exports and starts both servers.
    pub async fn start(options: Options) -> Result<Self, SimulatorError> {
        if !(1..=MOST_PERSONS).contains(&options.persons) {
            return Err(SimulatorError::Persons);
        }
        if options.indications.is_some_and(|least| least > options.persons * MOST_EACH) {
            return Err(SimulatorError::Indications);
        }
        let (mark, front_port, back_port) = (options.mark.clone(), options.front_port, options.back_port);
        let created = blocking({
            let options = options.clone();
            move || World::create(options)
        });
        let (world, feeds) = created.await.map_err(SimulatorError::Files)?;
        let front_office = Arc::new(Office::new(&options, world.unseen()));
        let back_office = Arc::new(Office::new(&options, Unseen::default()));
        let (world, feeds) = (Arc::new(Mutex::new(world)), Arc::new(Mutex::new(feeds)));

        let front = Front { office: front_office, world: Arc::clone(&world), feeds: Arc::clone(&feeds) };
        let front = listen(front_port, front::router(front)).await?;
        let back = listen(back_port, back::router(&back_office, Arc::clone(&world))).await?;
        Ok(Self { mark, world, feeds, front, back })
    }

    /// Where the front office listens, such as `http://127.0.0.1:40123`.
    pub fn front_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.front.port())
    }

    /// Where the back office listens, such as `http://127.0.0.1:40124`.
    pub fn back_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.back.port())
    }

    /// What stands in every client-profile and money value.
    pub fn mark(&self) -> &Mark {
        &self.mark
    }

    /// Every planted fault up to now, sorted.
    pub fn planted(&self) -> Vec<Planted> {
        lock(&self.world).planted()
    }

    /// The indications of which the back office holds one assignment that fits: the id, and the assignment's number.
    pub fn held(&self) -> Vec<(String, String)> {
        let world = lock(&self.world);
        world.holdings.single.iter().map(|(id, number)| (id.clone(), number.to_string())).collect()
    }

    /// The ids of the indications of which the back office holds two assignments that fit.
    pub fn ambiguous(&self) -> Vec<String> {
        lock(&self.world).holdings.ambiguous.clone()
    }

    /// The number of records by stream that are valid and about a person of whom the front office holds no indication
    /// under that law, so that they must not reach it.
    pub fn unseen(&self) -> BTreeMap<String, u32> {
        let [.., unseen] = lock(&self.world).passed_over().map(Clone::clone);
        unseen.into_iter().map(|(stream, count)| (stream.to_owned(), count)).collect()
    }

    /// Lets the world go on: a handful of changes in the front office, a handful of new messages and exports.
    ///
    /// Says what it did; where a directory cannot be written to, there are no files of it in that.
    pub async fn step(&self) -> Step {
        take_step(Arc::clone(&self.world), Arc::clone(&self.feeds)).await.0
    }

    /// Stops both servers and waits for their end.
    pub async fn stop(self) {
        self.front.stop().await;
        self.back.stop().await;
    }
}

async fn listen(port: u16, router: axum::Router) -> Result<Server, SimulatorError> {
    Server::start(port, router).await.map_err(|source| SimulatorError::Listen { port, source })
}
