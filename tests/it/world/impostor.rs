//! Somebody who answers at the registry's address: what the feed of a broken-in or restored registry looks like to the others.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use pki_core::bytes::write;
use pki_core::feed::{Audience, SignedFeedEntry};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Listens where the registry would. Each page is told once to the house that it is for; then there is silence.
pub(crate) struct Impostor {
    told: Arc<Told>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct Told {
    pages: Mutex<Vec<(&'static str, Vec<u8>)>>,
    more: Notify,
}

impl Impostor {
    pub(crate) async fn listen(port: u16) -> Self {
        let told = Arc::new(Told::default());
        let router = Router::new().route("/feed/{audience}", get(answer)).with_state(Arc::clone(&told));
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { told, serving }
    }

    pub(crate) fn tell(&self, audience: Audience, entries: &[SignedFeedEntry]) {
        let name = match audience {
            Audience::Idp => "idp",
            Audience::Signer => "signer",
        };
        let page = entries.iter().flat_map(write).collect();
        let mut pages = self.told.pages.lock().unwrap();
        pages.retain(|(known, _)| *known != name);
        pages.push((name, page));
        self.told.more.notify_waiters();
    }
}

impl Drop for Impostor {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(State(told): State<Arc<Told>>, Path(audience): Path<String>) -> Vec<u8> {
    loop {
        let more = told.more.notified();
        let page = {
            let mut pages = told.pages.lock().unwrap();
            let at = pages.iter().position(|(name, _)| *name == audience);
            at.map(|at| pages.remove(at).1)
        };
        match page {
            Some(page) => return page,
            None => more.await,
        }
    }
}
