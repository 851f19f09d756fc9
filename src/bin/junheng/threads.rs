//! The threads of the program: as many as there are processors, and each on its own.

use std::fs;
use std::path::PathBuf;

use clap::ArgMatches;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

/// Of tables with fewer bytes one thread reads all before another has begun.
const WORTH_THREADS: u64 = 1 << 18;

/// Begins the threads, where tables are read that are worth them.
pub(crate) fn begin(matches: &ArgMatches) {
    let size = |path: &PathBuf| match fs::metadata(path) {
        Ok(file) if file.is_dir() => u64::MAX,
        Ok(file) => file.len(),
        Err(_) => 0,
    };
    let files = matches.subcommand().and_then(|(_, matches)| matches.try_get_many("files").ok().flatten());
    if files.into_iter().flatten().map(size).fold(0, u64::saturating_add) < WORTH_THREADS {
        return;
    }
    let pool = ThreadPoolBuilder::new().use_current_thread();
    // Where the system has no threads left, this one does everything.
    #[cfg(target_os = "linux")]
    if let Some(seats) = seats::Seats::find() {
        let _ = pool.spawn_handler(|thread| seats.begin(thread)).build_global();
        return seats.stay();
    }
    let _ = pool.build_global();
}

/// Does two things side by side, where the threads have begun.
pub(crate) fn both<A: Send, B: Send>(
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    if rayon::current_thread_index().is_some() { rayon::join(first, second) } else { (first(), second()) }
}

/// Does work on pieces of so many things each, side by side where the threads have begun and there are several; what they come
/// to, in order.
pub(crate) fn on_pieces<T: Sync, U: Send>(
    things: &[T],
    length: usize,
    work: impl Fn(&[T]) -> U + Sync + Send,
) -> Vec<U> {
    if things.len() <= length || rayon::current_thread_index().is_none() {
        return things.chunks(length).map(work).collect();
    }
    things.par_chunks(length).map(work).collect()
}

/// A processor for each thread.
///
/// Linux may wake a thread on the processor of the one that wakes it, and leave both there for longer than a province takes
/// while another processor is idle; on virtual machines of few processors it often does. The threads of a program that has
/// the machine for a few milliseconds therefore stay where they are, each on another processor.
#[cfg(target_os = "linux")]
mod seats {
    use std::sync::{Arc, Mutex, PoisonError};
    use std::{io, thread};

    use rayon::ThreadBuilder;
    use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};

    /// The processors that nobody stays on yet, and that of the thread which found them.
    pub(super) struct Seats {
        own: usize,
        free: Arc<Mutex<CpuSet>>,
    }

    impl Seats {
        /// Every processor that this thread may be on.
        pub(super) fn find() -> Option<Self> {
            let (all, own) = (sched_getaffinity(None).ok()?, sched_getcpu());
            Some(Self { own, free: Arc::new(Mutex::new(without(all, own))) })
        }

        /// Begins a thread of a pool, which first of all takes a seat.
        ///
        /// Who makes a pool waits until all of its threads have begun. Were a seat taken behind that, the one who waits might have
        /// its processor back before, and a thread that began on the same would wait for milliseconds to leave it.
        pub(super) fn begin(&self, pooled: ThreadBuilder) -> io::Result<()> {
            let free = Arc::clone(&self.free);
            let run = move || {
                take_one(&free);
                pooled.run();
            };
            thread::Builder::new().spawn(run).map(drop)
        }

        /// Keeps the thread that found the seats where it was. Threads begin where the one that makes them may be, so this comes
        /// behind them.
        pub(super) fn stay(self) {
            stay_on(self.own);
        }
    }

    fn take_one(free: &Mutex<CpuSet>) {
        let mut free = free.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = stay_on_one(&free) {
            *free = without(*free, taken);
        }
    }

    /// Stays on one of some processors, on this one if it is among them; nowhere where there are none.
    fn stay_on_one(free: &CpuSet) -> Option<usize> {
        if free.count() == 0 {
            return None;
        }
        sched_setaffinity(None, free).ok()?;
        let here = sched_getcpu();
        stay_on(here);
        Some(here)
    }

    /// What the system refuses makes a run slower at most.
    fn stay_on(cpu: usize) {
        if cpu < CpuSet::MAX_CPU {
            let mut own = CpuSet::new();
            own.set(cpu);
            let _ = sched_setaffinity(None, &own);
        }
    }

    fn without(mut cpus: CpuSet, cpu: usize) -> CpuSet {
        if cpu < CpuSet::MAX_CPU {
            cpus.unset(cpu);
        }
        cpus
    }

    #[cfg(test)]
    mod tests {
        use rayon::ThreadPoolBuilder;

        use super::*;

        #[test]
        fn each_thread_stays_on_a_processor_of_its_own() {
            let all = sched_getaffinity(None).expect("known");
            let seat = |_: rayon::BroadcastContext<'_>| {
                let own = sched_getaffinity(None).expect("known");
                (own.count(), sched_getcpu(), own.is_set(sched_getcpu()))
            };
            // One more thread than processors stays where the system puts it; the thread of a test is none of the pool's.
            let begun = std::thread::spawn(move || {
                let (pool, seats) =
                    (ThreadPoolBuilder::new().use_current_thread(), Seats::find().expect("known"));
                let pool =
                    pool.num_threads(all.count() as usize + 1).spawn_handler(|thread| seats.begin(thread));
                let pool = pool.build().expect("threads");
                seats.stay();
                pool.broadcast(seat)
            });
            let seats = begun.join().expect("no panic");
            let (own, free): (Vec<_>, Vec<_>) = seats.into_iter().partition(|(count, ..)| *count == 1);
            assert!(own.iter().all(|(.., is_there)| *is_there), "{own:?}");
            let mut cpus: Vec<_> = own.iter().map(|(_, cpu, _)| *cpu).collect();
            cpus.sort_unstable();
            cpus.dedup();
            assert_eq!((cpus.len(), free.len()), (all.count() as usize, usize::from(all.count() > 1)));
        }
    }
}
