//! Answers that many may wait for and one works out.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::error::IndexError;

/// Works out every key once, however many ask, at whatever time.
pub(crate) struct OnceMap<T> {
    slots: Mutex<HashMap<String, Arc<Slot<T>>>>,
}

impl<T> fmt::Debug for OnceMap<T> {
    /// Keys are URLs, which may hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceMap").finish_non_exhaustive()
    }
}

impl<T> Default for OnceMap<T> {
    fn default() -> Self {
        Self { slots: Mutex::default() }
    }
}

impl<T: Clone> OnceMap<T> {
    /// The place of the answer; the promise goes to the one who has to work it out.
    pub(crate) fn claim(&self, key: &str) -> (Arc<Slot<T>>, Option<Promise<T>>) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(key) {
            return (Arc::clone(slot), None);
        }
        let slot = Arc::new(Slot {
            answer: Mutex::new(None),
            awaited: AtomicBool::new(false),
            arrived: Condvar::new(),
            expected: OnceLock::new(),
        });
        slots.insert(key.to_owned(), Arc::clone(&slot));
        let promise = Promise { slot: Arc::clone(&slot), kept: false };
        (slot, Some(promise))
    }

    /// Forgets answers, and gives their keys.
    pub(crate) fn forget(&self, is_meant: impl Fn(&T) -> bool) -> Vec<String> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let meant = |slot: &mut Arc<Slot<T>>| {
            slot.now().is_some_and(|answer| answer.is_ok_and(|answer| is_meant(&answer)))
        };
        slots.extract_if(|_, slot| meant(slot)).map(|(key, _)| key).collect()
    }

    /// The place of the answer, if somebody asked already.
    pub(crate) fn slot(&self, key: &str) -> Option<Arc<Slot<T>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).get(key).map(Arc::clone)
    }
}

/// Where an answer will be.
#[derive(Debug)]
pub(crate) struct Slot<T> {
    answer: Mutex<Option<Result<T, IndexError>>>,
    /// Somebody waits, and must be woken.
    awaited: AtomicBool,
    arrived: Condvar,
    /// What the answer was the last time.
    expected: OnceLock<T>,
}

impl<T: Clone> Slot<T> {
    /// Waits for the answer.
    pub(crate) fn wait(&self) -> Result<T, IndexError> {
        let mut answer = self.lock();
        loop {
            if let Some(answer) = answer.as_ref() {
                return answer.clone();
            }
            self.awaited.store(true, Relaxed);
            answer = self.arrived.wait(answer).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The answer, if it is there.
    pub(crate) fn now(&self) -> Option<Result<T, IndexError>> {
        self.lock().clone()
    }

    /// What the answer was the last time, or is by now.
    pub(crate) fn expected(&self) -> Option<T> {
        self.expected.get().cloned().or_else(|| self.now()?.ok())
    }
}

impl<T> Slot<T> {
    fn lock(&self) -> MutexGuard<'_, Option<Result<T, IndexError>>> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, answer: Result<T, IndexError>) {
        let mut place = self.lock();
        *place = Some(answer);
        // Read and written under the lock. Waking costs a system call even when nobody waits.
        if self.awaited.load(Relaxed) {
            self.arrived.notify_all();
        }
    }
}

/// The duty to answer. Dropped without an answer (the network was stopped), it leaves an error, so that nobody
/// waits for ever.
#[derive(Debug)]
pub(crate) struct Promise<T> {
    slot: Arc<Slot<T>>,
    kept: bool,
}

impl<T> Promise<T> {
    /// Tells what the answer was the last time.
    pub(crate) fn expect(&self, answer: T) {
        // Only the one who holds the promise can have told before.
        let _ = self.slot.expected.set(answer);
    }

    pub(crate) fn keep(mut self, answer: Result<T, IndexError>) {
        self.slot.put(answer);
        self.kept = true;
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        if !self.kept {
            self.slot.put(Err(IndexError::Network(String::from("it was stopped"))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_works_and_all_get_the_answer() {
        let map = OnceMap::<u32>::default();
        let (slot, promise) = map.claim("a");
        assert!(map.claim("a").1.is_none());
        assert!(slot.now().is_none());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| map.claim("a").0.wait());
            promise.unwrap().keep(Ok(7));
            assert_eq!(waiting.join().unwrap().unwrap(), 7);
        });
        assert_eq!(slot.wait().unwrap(), 7);
    }

    #[test]
    fn a_broken_promise_is_an_error() {
        let map = OnceMap::<u32>::default();
        let (slot, promise) = map.claim("a");
        drop(promise);
        assert!(matches!(slot.wait(), Err(IndexError::Network(_))));
    }
}
