//! Work on many counties side by side, its results in the order of the counties.

use std::iter;
use std::num::NonZeroUsize;
use std::ops::{Range, RangeInclusive};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{OnceLock, mpsc};
use std::thread;

/// Fewer counties than this to a thread are not worth one.
pub(crate) const COUNTIES_WORTH_A_THREAD: usize = 16;

/// Does the work of the ranges that make up `0..len` and returns what each came to, in order. The same work of any ranges
/// must come to the same when joined.
///
/// Fewer than `worth_a_thread` to a thread are not worth one. Each thread takes the next range when it is done with one, and
/// they become shorter, down to a quarter of that, so that all threads end at about the same time, however much work is in
/// a range.
pub(crate) fn in_ranges<T: Send>(
    len: usize,
    worth_a_thread: usize,
    threads: Option<NonZeroUsize>,
    work: impl Fn(Range<usize>) -> T + Sync,
) -> Vec<T> {
    in_ranges_with(len, worth_a_thread, threads, || (), |(), range| work(range))
}

/// The same with something that each thread has for itself, and works on one range after the other with.
pub(crate) fn in_ranges_with<T: Send, S>(
    len: usize,
    worth_a_thread: usize,
    threads: Option<NonZeroUsize>,
    own: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, Range<usize>) -> T + Sync,
) -> Vec<T> {
    let threads = pieces(len, worth_a_thread, threads);
    if threads == 1 {
        return vec![work(&mut own(), 0..len)];
    }
    let ranges = shortening(len, worth_a_thread.div_ceil(4)..=len, threads);
    let next = AtomicUsize::new(0);
    let take = |own: &mut S| {
        let place = next.fetch_add(1, Ordering::Relaxed);
        Some((place, work(own, ranges.get(place)?.clone())))
    };
    let done = on_threads(threads, || {
        let mut own = own();
        iter::from_fn(|| take(&mut own)).collect::<Vec<_>>()
    });
    // A thread of ours does not panic; were it to, it is as if it had happened here.
    let done = done.into_iter().map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
    let mut done = joined(done.collect());
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, done)| done).collect()
}

/// Does work on this thread and on others, so many in all or as many as are to be had, and returns what it came to on each.
///
/// A new thread may be put on the processor of the one that makes it, and be left there for longer than a province takes.
/// This one sleeps until the others have begun, which makes that rarer: it leaves them its processor, and the system looks
/// for one again when it wakes.
pub(crate) fn on_threads<T: Send>(threads: usize, work: impl Fn() -> T + Sync) -> Vec<thread::Result<T>> {
    let (here, all_here) = mpsc::channel::<()>();
    let work = &work;
    thread::scope(|scope| {
        let other = |_| {
            let here = here.clone();
            let begun = thread::Builder::new().spawn_scoped(scope, move || {
                drop(here);
                work()
            });
            begun.ok()
        };
        let others: Vec<_> = (1..threads).map_while(other).collect();
        drop(here);
        // Nothing is ever sent: this ends when nobody is left who could.
        let _ = all_here.recv();
        let first = work();
        iter::once(Ok(first)).chain(others.into_iter().map(|other| other.join())).collect()
    })
}

/// Makes so many parts side by side and gives them to `take` here, in order; each is made of one that is no longer needed, or
/// of nothing.
///
/// Each thread makes every so manieth part, and waits where it is [`AHEAD`] of its turn: no more than these are held at a
/// time. What `make` or `take` fails with ends it.
#[cfg(feature = "json")]
pub(crate) fn in_turn<T: Default + Send, E: Send>(
    len: usize,
    worth_a_thread: usize,
    threads: Option<NonZeroUsize>,
    make: impl Fn(usize, T) -> Result<T, E> + Sync,
    mut take: impl FnMut(&T) -> Result<(), E>,
) -> Result<(), E> {
    let threads = pieces(len, worth_a_thread, threads);
    if threads == 1 {
        let mut part = T::default();
        for place in 0..len {
            part = make(place, part)?;
            take(&part)?;
        }
        return Ok(());
    }
    let make = &make;
    thread::scope(|scope| {
        let maker = |first: usize| {
            let (done, made) = mpsc::sync_channel(AHEAD);
            let (give_back, used) = mpsc::channel();
            let work = move || {
                let parts = (first..len).step_by(threads);
                let mut parts = parts.map(|place| make(place, used.try_recv().unwrap_or_default()));
                // Once nobody waits for more, there need be no more.
                let _ = parts.try_for_each(|part| done.send(part));
            };
            thread::Builder::new().spawn_scoped(scope, work).ok().map(|_| (made, give_back))
        };
        let makers: Vec<_> = (0..threads).map_while(maker).collect();
        for place in 0..len {
            let Some((made, give_back)) = makers.get(place % threads) else {
                // There are fewer threads to be had.
                take(&make(place, T::default())?)?;
                continue;
            };
            // Where a thread panics, so does this scope.
            let Ok(part) = made.recv() else { break };
            let part = part?;
            take(&part)?;
            let _ = give_back.send(part);
        }
        Ok(())
    })
}

/// How many parts a thread may be ahead of their turn.
#[cfg(feature = "json")]
const AHEAD: usize = 8;

/// What ranges came to, one behind the other, in memory that is asked for once.
pub(crate) fn joined<T>(parts: Vec<Vec<T>>) -> Vec<T> {
    let mut whole = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    parts.into_iter().for_each(|mut part| whole.append(&mut part));
    whole
}

/// Ranges that make up `0..len` for so many threads: each is half of what falls to a thread of what is left, within
/// these lengths.
pub(crate) fn shortening(len: usize, lengths: RangeInclusive<usize>, threads: usize) -> Vec<Range<usize>> {
    let (least, most) = lengths.into_inner();
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < len {
        let length = (len - start)
            .div_ceil(threads.saturating_mul(2).max(1))
            .min(most)
            .max(least)
            .max(1)
            .min(len - start);
        ranges.push(start..start + length);
        start += length;
    }
    ranges
}

/// Does work on each of many things, as many side by side as there are threads.
pub(crate) fn for_each<T: Send>(
    things: &mut [T],
    worth_a_thread: usize,
    threads: Option<NonZeroUsize>,
    work: impl Fn(&mut T) + Sync,
) {
    for_each_with(things, worth_a_thread, threads, || (), |(), thing| work(thing));
}

/// The same with something that each thread has for itself, and works on one thing after the other with.
pub(crate) fn for_each_with<T: Send, S>(
    things: &mut [T],
    worth_a_thread: usize,
    threads: Option<NonZeroUsize>,
    own: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &mut T) + Sync,
) {
    let length = things.len().div_ceil(pieces(things.len(), worth_a_thread, threads)).max(1);
    let work = |piece: &mut [T]| {
        let mut own = own();
        piece.iter_mut().for_each(|thing| work(&mut own, thing));
    };
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
    fn ranges_become_shorter_down_to_the_least() {
        let lengths = |len, lengths, threads| {
            let ranges = shortening(len, lengths, threads);
            ranges.iter().map(Range::len).collect::<Vec<_>>()
        };
        assert_eq!(lengths(100, 10..=100, 2), [25, 19, 14, 11, 10, 10, 10, 1]);
        assert_eq!(lengths(100, 10..=20, 2), [20, 20, 15, 12, 10, 10, 10, 3]);
        assert_eq!(lengths(3, 0..=0, 1), [1, 1, 1]);
        assert_eq!(lengths(0, 1..=1, 1), [0; 0]);
    }

    #[test]
    fn ranges_join_in_order_whichever_thread_is_done_first() {
        // The first range ends behind the second and the third behind the fourth, so neither thread has neighbours alone.
        let ranges = shortening(100, 16..=100, 2);
        let done: Vec<_> = ranges.iter().map(|_| AtomicUsize::new(0)).collect();
        let joined = in_ranges(100, 64, NonZeroUsize::new(2), |range| {
            let place = ranges.iter().position(|own| *own == range).expect("one of them");
            while matches!(place, 0 | 2) && done[place + 1].load(Ordering::SeqCst) == 0 {
                thread::yield_now();
            }
            done[place].store(1, Ordering::SeqCst);
            range
        });
        assert_eq!(joined, ranges);
    }

    #[cfg(feature = "json")]
    #[test]
    fn parts_are_taken_in_order_until_one_fails() {
        for threads in [1, 2, 3, 8] {
            for len in [0, 1, 5, 100] {
                let mut taken = Vec::new();
                let make = |place, _| Ok(place);
                let take = |part: &usize| {
                    taken.push(*part);
                    Ok::<_, usize>(())
                };
                assert_eq!(in_turn(len, 1, NonZeroUsize::new(threads), make, take), Ok(()));
                assert_eq!(taken, (0..len).collect::<Vec<_>>(), "{len} on {threads}");
            }
            let mut taken = Vec::new();
            let make = |place, _| if place == 40 { Err("made") } else { Ok(place) };
            let take = |part: &usize| {
                taken.push(*part);
                Ok(())
            };
            assert_eq!(in_turn(100, 1, NonZeroUsize::new(threads), make, take), Err("made"));
            assert_eq!(taken, (0..40).collect::<Vec<_>>());
            let take = |part: &usize| if *part == 40 { Err("taken") } else { Ok(()) };
            assert_eq!(in_turn(100, 1, NonZeroUsize::new(threads), |place, _| Ok(place), take), Err("taken"));
        }
    }

    #[cfg(feature = "json")]
    #[test]
    fn no_more_parts_are_held_than_may_be_ahead() {
        let held = AtomicUsize::new(0);
        // Memory that is given back is used again, or as many are made anew as are held.
        let make = |_, used: Option<()>| {
            held.fetch_add(usize::from(used.is_none()), Ordering::SeqCst);
            Ok::<_, ()>(Some(()))
        };
        in_turn(10_000, 1, NonZeroUsize::new(2), make, |_| Ok(())).expect("nothing fails");
        // Of each thread: those that wait, one that is made, and one that is taken.
        assert!(held.into_inner() <= 2 * (AHEAD + 2));
    }

    #[test]
    fn ranges_join_to_the_whole_in_order() {
        for len in [0, 1, 15, 16, 17, 33, 1000] {
            for threads in [1, 2, 3, 8] {
                let done = in_ranges(len, 16, NonZeroUsize::new(threads), |range| range.collect::<Vec<_>>());
                assert_eq!(done.concat(), (0..len).collect::<Vec<_>>(), "{len} on {threads}");
                assert!(threads > 1 || done.len() == 1);
                let mut things: Vec<usize> = (0..len).collect();
                for_each(&mut things, 16, NonZeroUsize::new(threads), |thing| *thing += 1);
                assert_eq!(both(len, 16, NonZeroUsize::new(threads), || len, || threads), (len, threads));
                assert_eq!(things, (1..=len).collect::<Vec<_>>(), "{len} on {threads}");
            }
        }
    }
}
