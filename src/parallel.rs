//! Work on many counties side by side, its results in the order of the counties.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::OnceLock;
use std::thread;

/// Fewer counties than this to a thread are not worth one.
pub(crate) const COUNTIES_WORTH_A_THREAD: usize = 16;

/// Does the work of the ranges that make up `0..len`, as many as there are threads, and returns what each came to,
/// in order. Fewer than `worth_a_thread` to a thread are not worth one. The same work on any number of threads must come to the same when joined.
pub(crate) fn in_ranges<T: Send>(
    len: usize,
    worth_a_thread: usize,
    threads: Option<NonZeroUsize>,
    work: impl Fn(Range<usize>) -> T + Sync,
) -> Vec<T> {
    let pieces = pieces(len, worth_a_thread, threads);
    let range = |piece: usize| len * piece / pieces..len * (piece + 1) / pieces;
    let work = &work;
    thread::scope(|scope| {
        let others: Vec<_> =
            (1..pieces).map(|piece| (piece, scope.spawn(move || work(range(piece))))).collect();
        let mut done = vec![work(range(0))];
        // A thread of ours does not panic; the work of one that did is done here.
        done.extend(
            others.into_iter().map(|(piece, other)| other.join().unwrap_or_else(|_| work(range(piece)))),
        );
        done
    })
}

/// Does work on each of many things, as many side by side as there are threads.
pub(crate) fn for_each<T: Send>(
    things: &mut [T],
    worth_a_thread: usize,
    threads: Option<NonZeroUsize>,
    work: impl Fn(&mut T) + Sync,
) {
    let length = things.len().div_ceil(pieces(things.len(), worth_a_thread, threads)).max(1);
    let work = |piece: &mut [T]| piece.iter_mut().for_each(&work);
    let work = &work;
    thread::scope(|scope| {
        let mut pieces = things.chunks_mut(length);
        let first = pieces.next();
        pieces.for_each(|piece| drop(scope.spawn(move || work(piece))));
        first.into_iter().for_each(work);
    });
}

/// Does two things side by side, where so much work is worth it and there is another thread.
pub(crate) fn both<A, B: Send>(
    len: usize,
    worth_a_thread: usize,
    threads: Option<NonZeroUsize>,
    first: impl FnOnce() -> A,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    if pieces(len, worth_a_thread, threads) == 1 {
        return (first(), second());
    }
    thread::scope(|scope| {
        let second = scope.spawn(second);
        let first = first();
        // A thread of ours does not panic; were it to, it is as if it had happened here.
        (first, second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// How many pieces are worth to be worked on side by side.
fn pieces(len: usize, worth_a_thread: usize, threads: Option<NonZeroUsize>) -> usize {
    let worth = len.div_ceil(worth_a_thread);
    // To ask the machine takes many times as long as a small work.
    if worth > 1 { worth.min(threads.or_else(of_the_machine).map_or(1, NonZeroUsize::get)) } else { 1 }
}

/// How many threads the machine has, which is asked once: the answer is in several files of the system.
pub(crate) fn of_the_machine() -> Option<NonZeroUsize> {
    static THREADS: OnceLock<Option<NonZeroUsize>> = OnceLock::new();
    *THREADS.get_or_init(|| thread::available_parallelism().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_join_to_the_whole_in_order() {
        for len in [0, 1, 15, 16, 17, 33, 1000] {
            for threads in [1, 2, 3, 8] {
                let done = in_ranges(len, 16, NonZeroUsize::new(threads), |range| range.collect::<Vec<_>>());
                assert_eq!(done.concat(), (0..len).collect::<Vec<_>>(), "{len} on {threads}");
                assert!(done.len() <= threads);
                let mut things: Vec<usize> = (0..len).collect();
                for_each(&mut things, 16, NonZeroUsize::new(threads), |thing| *thing += 1);
                assert_eq!(both(len, 16, NonZeroUsize::new(threads), || len, || threads), (len, threads));
                assert_eq!(things, (1..=len).collect::<Vec<_>>(), "{len} on {threads}");
            }
        }
    }
}
