//! Work in chunks, on as many threads as the machine runs at once.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// Chunks that each thread may be ahead.
const AHEAD: usize = 4;

/// Does `work` for every chunk, on several threads, and gives what comes of it to `take`, in order.
pub(super) fn in_order<T: Send>(
    chunks: usize,
    work: impl Fn(usize) -> T + Sync,
    mut take: impl FnMut(usize, T),
) {
    // to ask costs more than a short list of records, and the answer stays
    static CORES: LazyLock<usize> =
        LazyLock::new(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let threads = if chunks < 2 { 1 } else { CORES.min(chunks) };
    if threads < 2 {
        return (0..chunks).for_each(|n| take(n, work(n)));
    }
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let (done, results) = mpsc::sync_channel(threads * AHEAD);
        for _ in 0..threads {
            let (done, next, work) = (done.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= chunks || done.send((n, work(n))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(done);
        let mut waiting = BTreeMap::new();
        let mut wanted = 0;
        for (n, result) in results {
            waiting.insert(n, result);
            while let Some(result) = waiting.remove(&wanted) {
                take(wanted, result);
                wanted += 1;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order() {
        for chunks in [0, 1, 2, 100] {
            let mut taken = Vec::new();
            in_order(chunks, |n| n * 2, |n, result| taken.push((n, result)));
            let expected: Vec<_> = (0..chunks).map(|n| (n, n * 2)).collect();
            assert_eq!(taken, expected);
        }
    }
}
