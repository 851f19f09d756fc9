//! A processor for each of the threads that work together.
//!
//! Linux may wake a thread on the processor of the one that wakes it, and leave both there for longer than a province takes
//! while another processor is idle; on virtual machines of few processors it often does. Threads of the program therefore
//! stay on processors of their own while they work together. Those of a service that links the library are left to the
//! system, which knows what else they run beside.

#[cfg(all(feature = "cli", target_os = "linux"))]
pub(crate) use linux::Seats;

#[cfg(all(feature = "cli", target_os = "linux"))]
mod linux {
    use std::sync::{Mutex, PoisonError};

    use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};

    /// The processors that are taken.
    #[derive(Default)]
    pub(crate) struct Seats(Mutex<Vec<usize>>);

    /// A processor that a thread stays on until this is dropped.
    pub(crate) struct Seat {
        /// Those that it ran on before.
        all: CpuSet,
    }

    impl Seats {
        /// Takes one that is free, where the thread is or where the system puts it; `None` where there is none.
        pub(crate) fn take(&self) -> Option<Seat> {
            let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let all = sched_getaffinity(None).ok()?;
            let mut free = all;
            taken.iter().for_each(|cpu| free.unset(*cpu));
            if free.count() == 0 {
                return None;
            }
            sched_setaffinity(None, &free).ok()?;
            let seat = Seat { all };
            let here = sched_getcpu();
            if here >= CpuSet::MAX_CPU {
                return None;
            }
            let mut own = CpuSet::new();
            own.set(here);
            sched_setaffinity(None, &own).ok()?;
            taken.push(here);
            Some(seat)
        }
    }

    impl Drop for Seat {
        fn drop(&mut self) {
            // It was allowed before; where it no longer is, the thread stays where it may be.
            let _ = sched_setaffinity(None, &self.all);
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn each_thread_stays_on_a_processor_of_its_own_and_is_free_again_afterwards() {
            let all = sched_getaffinity(None).expect("known");
            let seats = Seats::default();
            let seat = |seat: &Option<Seat>| {
                let own = sched_getaffinity(None).expect("known");
                (seat.is_some(), own.count(), own.is_set(sched_getcpu()))
            };
            let mine = seats.take();
            assert_eq!(seat(&mine), (true, 1, true));
            let others = std::thread::scope(|scope| {
                let other = || seat(&seats.take());
                let others: Vec<_> = (0..all.count()).map(|_| scope.spawn(other)).collect();
                others.into_iter().map(|other| other.join().expect("no panic")).collect::<Vec<_>>()
            });
            // A thread that is made by one that has a seat may run on that alone.
            assert!(others.iter().all(|other| *other == (false, 1, true)), "{others:?}");
            drop(mine);
            assert_eq!(sched_getaffinity(None).expect("known"), all);

            let seats = Seats::default();
            let taken = std::thread::scope(|scope| {
                let others: Vec<_> =
                    (0..=all.count()).map(|_| scope.spawn(|| seats.take().is_some())).collect();
                others.into_iter().map(|other| other.join().expect("no panic")).collect::<Vec<_>>()
            });
            assert_eq!(taken.iter().filter(|taken| **taken).count(), all.count() as usize);
        }
    }
}

#[cfg(not(all(feature = "cli", target_os = "linux")))]
pub(crate) use anywhere::Seats;

/// Threads stay where the system puts them.
#[cfg(not(all(feature = "cli", target_os = "linux")))]
mod anywhere {
    #[derive(Default)]
    pub(crate) struct Seats(());

    /// There is none.
    pub(crate) enum Seat {}

    impl Seats {
        pub(crate) fn take(&self) -> Option<Seat> {
            None
        }
    }
}
