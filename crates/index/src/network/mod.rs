//! The network: a thread with a runtime of its own, started by the first request that needs it.

mod certificates;
mod client;
mod credentials;
mod failure;
mod http;
mod log_in;
mod netrc;
mod origin;
mod retry_after;

use std::thread::JoinHandle;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

pub(crate) use http::{Answer, Ask, Http, LARGEST_DOCUMENT, header};

use crate::error::IndexError;

/// The running network. Dropping it stops whatever is still under way.
#[derive(Debug)]
pub(crate) struct Network {
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Network {
    /// Starts the thread. One thread is enough: it fills a gigabit line with TLS and hashing.
    pub(crate) fn start() -> Result<Self, IndexError> {
        let failed = |error: std::io::Error| IndexError::Network(error.to_string());
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name(String::from("network"))
            .spawn(move || {
                // An error means that the sender is gone, which is the same wish.
                let _ = runtime.block_on(stopped);
                // A name look-up may hang in the system; nobody waits for it any more.
                runtime.shutdown_background();
            })
            .map_err(failed)?;
        Ok(Self { handle, stop: Some(stop), thread: Some(thread) })
    }

    /// Runs a task on the network's thread, beside all others.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> tokio::task::AbortHandle {
        self.handle.spawn(task).abort_handle()
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // Fails only if the thread has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            // A panic in there was already reported by the thread itself.
            let _ = thread.join();
        }
    }
}
