//! How a service lives: what it is given, that it runs, how it stops.
//!
//! A service gets an [`Env`] and gives back a [`Running`]. Stopping drains: no new connection, the requests in hand
//! finish, background work ends where it waits, then the databases close.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::{Clock, SystemClock};
use crate::db::{Db, DbError};
use crate::entropy::{Random, SystemRandom};

/// How long requests in hand may take to finish after the order to stop.
const DRAIN_SECONDS_MAX: u64 = 10;

/// What a service takes from the world besides its configuration.
#[derive(Clone)]
pub struct Env {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

impl Env {
    /// The operating system's clock and randomness.
    #[must_use]
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), random: Arc::new(SystemRandom::new()) }
    }
}

/// Why a service does not start. Each is one sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// Somebody else listens there.
    #[error("{listen} is in use by another program")]
    PortInUse {
        /// The address from the configuration.
        listen: String,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}: {why}")]
    Listen {
        /// The address from the configuration.
        listen: String,
        /// What the operating system said.
        why: String,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The configuration or a file that it names.
    #[error("{0}")]
    Config(String),
}

impl From<crate::config::ConfigError> for StartError {
    fn from(error: crate::config::ConfigError) -> Self {
        Self::Config(error.to_string())
    }
}

/// Tells background work that it is time to end.
#[derive(Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Returns when the service stops. `select!` it against whatever the work waits for.
    pub async fn wait(&mut self) {
        // A dropped sender means that the service is gone: the same as the order.
        let _stopped = self.0.wait_for(|stop| *stop).await;
    }

    /// Whether the order was given.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Waits so long, or less if the service stops; tells whether to go on.
    pub async fn sleep(&mut self, duration: Duration) -> bool {
        tokio::select! {
            () = self.wait() => false,
            () = tokio::time::sleep(duration) => true,
        }
    }
}

/// A running service.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<std::io::Result<()>>,
    tasks: Vec<(&'static str, JoinHandle<()>)>,
    databases: Vec<Db>,
}

impl Running {
    /// Listens on `listen` and serves the router (already dressed, `http::dress`).
    ///
    /// # Errors
    /// When the address is in use or cannot be listened on.
    pub async fn start(listen: &str, router: Router) -> Result<Self, StartError> {
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::AddrInUse => StartError::PortInUse { listen: listen.to_owned() },
            _ => StartError::Listen { listen: listen.to_owned(), why: error.to_string() },
        };
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let addr = listener.local_addr().map_err(failed)?;
        let (stop, receiver) = watch::channel(false);
        let mut drain = Stop(receiver);
        let server = tokio::spawn(async move {
            axum::serve(listener, router).with_graceful_shutdown(async move { drain.wait().await }).await
        });
        Ok(Self { addr, stop, server, tasks: Vec::new(), databases: Vec::new() })
    }

    /// Starts background work that ends when its [`Stop`] says so.
    pub fn spawn<F, W>(&mut self, name: &'static str, work: W)
    where
        W: FnOnce(Stop) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let task = tokio::spawn(work(self.stop()));
        self.tasks.push((name, task));
    }

    /// A receiver of the order to stop, for work that holds requests open.
    #[must_use]
    pub fn stop(&self) -> Stop {
        Stop(self.stop.subscribe())
    }

    /// Closes this database when all else has ended.
    pub fn close_last(&mut self, db: Db) {
        self.databases.push(db);
    }

    /// Drains and stops.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        let limit = Duration::from_secs(DRAIN_SECONDS_MAX);
        let mut server = self.server;
        match tokio::time::timeout(limit, &mut server).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::warn!(%error, "the listener ended with an error"),
            Ok(Err(error)) => tracing::error!(%error, "the listener's task failed"),
            Err(_) => {
                tracing::warn!("some requests did not finish in time and were cut");
                server.abort();
            }
        }
        for (name, mut task) in self.tasks {
            match tokio::time::timeout(limit, &mut task).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(name, %error, "background work failed"),
                Err(_) => task.abort(),
            }
        }
        for db in self.databases {
            db.close().await;
        }
    }
}

/// The operator's orders to stop: Ctrl-C, or SIGTERM. They are heard from the moment of listening, so that one which comes
/// while the service still starts is not lost, and does not kill it half way.
pub struct Orders {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Orders {
    /// Listens from now on.
    ///
    /// # Errors
    /// When the operating system does not let us.
    pub fn listen() -> std::io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
            })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Returns when the operator has asked to stop. Waiting again is waiting for the next order.
    pub async fn asked_to_stop(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    /// Background work hears the order and ends; the port is free afterwards.
    #[tokio::test]
    async fn a_stopped_service_frees_its_port() {
        let mut running = Running::start("127.0.0.1:0", Router::new()).await.unwrap();
        let listen = running.addr.to_string();
        let (ended, end) = tokio::sync::oneshot::channel();
        running.spawn("waiter", |mut stop| async move {
            while stop.sleep(Duration::from_secs(3600)).await {}
            ended.send(stop.is_ordered()).unwrap();
        });
        let second = Running::start(&listen, Router::new()).await.err();
        assert_eq!(second, Some(StartError::PortInUse { listen: listen.clone() }));
        running.shutdown().await;
        assert!(end.await.unwrap());
        Running::start(&listen, Router::new()).await.unwrap().shutdown().await;
    }
}
