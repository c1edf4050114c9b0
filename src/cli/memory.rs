//! The memory that loading has taken, and needs no more.

use std::hint::black_box;
use std::time::Duration;

use crate::world::World;

/// Smaller orgs leave nothing behind that is worth it.
const LARGE: usize = 50_000;
/// How long the allocator keeps what was freed, and a little more.
const KEPT: Duration = Duration::from_millis(1_200);
/// Large enough to be freed at once, and not kept for the next who asks.
const BLOCK: usize = 8 << 20;

/// Has the allocator give back what the loading of a large seed has left. It keeps what was freed for a
/// second, and looks at that only when more is freed: a server that nobody asks would hold it for ever.
pub(super) fn give_back_later(world: &World) {
    if !cfg!(feature = "allocator") || world.default_org().look().tables.records() < LARGE {
        return;
    }
    tokio::spawn(async {
        tokio::time::sleep(KEPT).await;
        drop(black_box(Vec::<u8>::with_capacity(BLOCK)));
    });
}
