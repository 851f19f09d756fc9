//! Work on many counties side by side, its results in the order of the counties.
//!
//! The threads are those of rayon: of the pool that the caller is in, or of the one of the process. No work there waits for
//! any that has not begun, so a pool of any size, that does other things as well, comes to the end.

#[cfg(feature = "json")]
use std::collections::BTreeMap;
use std::error::Error;
use std::iter;
use std::num::NonZeroUsize;
use std::ops::{Range, RangeInclusive};
use std::sync::atomic::{AtomicUsize, Ordering};
#[cfg(feature = "json")]
use std::sync::{Condvar, MutexGuard};
use std::sync::{Mutex, OnceLock, PoisonError};

use rayon::prelude::*;

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
    let mut done = joined(done);
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, done)| done).collect()
}

/// Does work on this thread and on others, so many in all or as many as are to be had, and returns what it came to on each.
pub(crate) fn on_threads<T: Send>(threads: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    let others = others(threads);
    if others == 0 {
        return vec![work()];
    }
    let done = Mutex::<Vec<T>>::default();
    let add = |own| done.lock().unwrap_or_else(PoisonError::into_inner).push(own);
    rayon::in_place_scope(|scope| {
        (0..others).for_each(|_| scope.spawn(|_| add(work())));
        add(work());
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// How many threads can do something beside this one, where so many are wanted in all.
fn others(threads: usize) -> usize {
    if threads > 1 && is_pool() { threads - 1 } else { 0 }
}

/// Whether there is a pool of threads; none are to be had where the system is short of them.
fn is_pool() -> bool {
    static IS_MADE: OnceLock<bool> = OnceLock::new();
    let make = || match rayon::ThreadPoolBuilder::new().build_global() {
        Ok(()) => true,
        // There is one already, which is as well; what the system refuses has a source.
        Err(error) => error.source().is_none(),
    };
    rayon::current_thread_index().is_some() || *IS_MADE.get_or_init(make)
}

/// Makes so many parts side by side and gives them to `take` here, in order; each is made of one that is no longer needed, or
/// of nothing.
///
/// No more than [`AHEAD`] parts a thread are held at a time. What `make` or `take` fails with ends it.
#[cfg(feature = "json")]
pub(crate) fn in_turn<T: Default + Send, E: Send>(
    len: usize,
    threads: usize,
    make: impl Fn(usize, T) -> Result<T, E> + Sync,
    mut take: impl FnMut(&T) -> Result<(), E>,
) -> Result<(), E> {
    let others = others(threads);
    if others == 0 {
        let mut part = T::default();
        return (0..len).try_for_each(|place| {
            part = make(place, std::mem::take(&mut part))?;
            take(&part)
        });
    }
    let turns = Turns { len, ahead: AHEAD * threads, state: Mutex::default(), changed: Condvar::new() };
    let help = || {
        let _end = End { turns: &turns, takes: false };
        while let Some((place, part)) = turns.next_to_make() {
            turns.put(place, make(place, part));
        }
    };
    rayon::in_place_scope(|scope| {
        let _end = End { turns: &turns, takes: true };
        for place in 0..len {
            (0..turns.helpers_wanted(others)).for_each(|_| scope.spawn(|_| help()));
            // While a part is under way elsewhere, another can be made.
            let part = loop {
                match turns.wait_for(place) {
                    Some(Due::Made(part)) => break part?,
                    Some(Due::Open(other, part)) => turns.put(other, make(other, part)),
                    // Another thread has panicked.
                    None => return Ok(()),
                }
            };
            take(&part)?;
            turns.give_back(part);
        }
        Ok(())
    })
}

/// How many parts a thread may be ahead of their turn.
#[cfg(feature = "json")]
const AHEAD: usize = 4;

/// Parts that are made and wait for their turn.
#[cfg(feature = "json")]
struct Turns<T, E> {
    len: usize,
    ahead: usize,
    state: Mutex<Turn<T, E>>,
    changed: Condvar,
}

#[cfg(feature = "json")]
struct Turn<T, E> {
    /// The next that nobody makes yet.
    next: usize,
    /// How many have been taken.
    taken: usize,
    /// How many other threads make some.
    helpers: usize,
    made: BTreeMap<usize, Result<T, E>>,
    used: Vec<T>,
    is_over: bool,
}

#[cfg(feature = "json")]
impl<T, E> Default for Turn<T, E> {
    fn default() -> Self {
        Turn { next: 0, taken: 0, helpers: 0, made: BTreeMap::new(), used: Vec::new(), is_over: false }
    }
}

/// What there is to be done while a part is waited for.
#[cfg(feature = "json")]
enum Due<T, E> {
    Made(Result<T, E>),
    /// Another is to be made, of this.
    Open(usize, T),
}

#[cfg(feature = "json")]
impl<T: Default, E> Turns<T, E> {
    /// Nothing here panics while it is held.
    fn state(&self) -> MutexGuard<'_, Turn<T, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The parts that nobody makes yet and that may be made now.
    fn may_be_made(&self, state: &Turn<T, E>) -> Range<usize> {
        state.next..self.len.min(state.taken + self.ahead)
    }

    /// The next of them, and what it is made of.
    fn open(&self, state: &mut Turn<T, E>) -> Option<(usize, T)> {
        let place = self.may_be_made(state).next()?;
        state.next += 1;
        Some((place, state.used.pop().unwrap_or_default()))
    }

    /// The same for another thread, which may end where there is none: it is called again when parts may be made.
    fn next_to_make(&self) -> Option<(usize, T)> {
        let mut state = self.state();
        let open = if state.is_over { None } else { self.open(&mut state) };
        state.helpers -= usize::from(open.is_none());
        open
    }

    /// How many more threads have something to make, of so many in all; they count as if they were at it.
    fn helpers_wanted(&self, most: usize) -> usize {
        let mut state = self.state();
        let wanted = self.may_be_made(&state).len().min(most - state.helpers);
        state.helpers += wanted;
        wanted
    }

    fn put(&self, place: usize, part: Result<T, E>) {
        self.state().made.insert(place, part);
        self.changed.notify_all();
    }

    /// A part once it is made, or what can be made until then; `None` when it never will be.
    fn wait_for(&self, place: usize) -> Option<Due<T, E>> {
        let mut state = self.state();
        loop {
            if let Some(part) = state.made.remove(&place) {
                return Some(Due::Made(part));
            }
            if state.is_over {
                return None;
            }
            if let Some((other, part)) = self.open(&mut state) {
                return Some(Due::Open(other, part));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_back(&self, part: T) {
        let mut state = self.state();
        state.taken += 1;
        state.used.push(part);
    }
}

/// Tells the other threads that no more parts are wanted, however the one that takes them ends, and that none more will come,
/// where another panics.
#[cfg(feature = "json")]
struct End<'t, T: Default, E> {
    turns: &'t Turns<T, E>,
    takes: bool,
}

#[cfg(feature = "json")]
impl<T: Default, E> Drop for End<'_, T, E> {
    fn drop(&mut self) {
        if self.takes || std::thread::panicking() {
            self.turns.state().is_over = true;
            self.turns.changed.notify_all();
        }
    }
}

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
    if length >= things.len() || !is_pool() {
        return work(things);
    }
    things.par_chunks_mut(length).for_each(work);
}

/// Does work on each of a few things, all side by side, and returns what it came to in their order.
pub(crate) fn each<T: Send, U: Send>(things: Vec<T>, work: impl Fn(T) -> U + Sync + Send) -> Vec<U> {
    if things.len() < 2 || !is_pool() {
        return things.into_iter().map(work).collect();
    }
    things.into_par_iter().map(work).collect()
}

/// Does two things side by side, where so much work is worth it and there is another thread.
pub(crate) fn both<A: Send, B: Send>(
    len: usize,
    worth_a_thread: usize,
    threads: Option<NonZeroUsize>,
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    if pieces(len, worth_a_thread, threads) == 1 || !is_pool() {
        return (first(), second());
    }
    rayon::join(first, second)
}

/// How many pieces are worth to be worked on side by side.
pub(crate) fn pieces(len: usize, worth_a_thread: usize, threads: Option<NonZeroUsize>) -> usize {
    let worth = len.div_ceil(worth_a_thread);
    if worth > 1 { worth.min(threads_of(threads)) } else { 1 }
}

/// So many threads, or as many as the pool has.
pub(crate) fn threads_of(threads: Option<NonZeroUsize>) -> usize {
    match threads {
        Some(threads) => threads.get(),
        None if is_pool() => rayon::current_num_threads(),
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

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
                assert_eq!(in_turn(len, threads, make, take), Ok(()));
                assert_eq!(taken, (0..len).collect::<Vec<_>>(), "{len} on {threads}");
            }
            let mut taken = Vec::new();
            let make = |place, _| if place == 40 { Err("made") } else { Ok(place) };
            let take = |part: &usize| {
                taken.push(*part);
                Ok(())
            };
            assert_eq!(in_turn(100, threads, make, take), Err("made"));
            assert_eq!(taken, (0..40).collect::<Vec<_>>());
            let take = |part: &usize| if *part == 40 { Err("taken") } else { Ok(()) };
            assert_eq!(in_turn(100, threads, |place, _| Ok(place), take), Err("taken"));
        }
    }

    #[cfg(feature = "json")]
    #[test]
    fn a_panic_on_any_thread_ends_it() {
        for place in [0, 1, 40, 99] {
            let make = |at, _: usize| if at == place { panic!("made") } else { Ok::<_, ()>(at) };
            let made = || in_turn(100, 3, make, |_| Ok(()));
            assert!(std::panic::catch_unwind(made).is_err());
            let take = |at: &usize| if *at == place { panic!("taken") } else { Ok::<_, ()>(()) };
            let taken = || in_turn(100, 3, |at, _| Ok(at), take);
            assert!(std::panic::catch_unwind(taken).is_err());
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
        // Before the first is taken the others are made as far ahead as may be, and then none.
        let take = |_: &Option<()>| {
            while held.load(Ordering::SeqCst) < 2 * AHEAD {
                thread::yield_now();
            }
            (0..1000).for_each(|_| thread::yield_now());
            Ok(())
        };
        in_turn(1000, 2, make, take).expect("nothing fails");
        assert_eq!(held.into_inner(), 2 * AHEAD);
    }

    #[cfg(feature = "json")]
    #[test]
    fn others_make_more_as_often_as_parts_are_taken() {
        let (made, mut taken) = (AtomicUsize::new(0), 0);
        let make = |_, ()| {
            made.fetch_add(1, Ordering::SeqCst);
            Ok(())
        };
        // Meanwhile only others can make the next; nobody waits for ever for those that do not come.
        let take = |(): &()| {
            taken += 1;
            let begun = std::time::Instant::now();
            while made.load(Ordering::SeqCst) < 100.min(taken + 1) {
                if begun.elapsed().as_secs() > 60 {
                    return Err(taken);
                }
                thread::yield_now();
            }
            Ok(())
        };
        assert_eq!(in_turn(100, 2, make, take), Ok(()));
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
