//! Any bytes in place of a superblock, a bitmap, a log of bad blocks or a private area: no panic, and what is accepted
//! is written again as it was read. Or what was read from several drives: a plan that holds together. Or images of drives:
//! an engine that starts with them writes to none that is not ours. The first byte chooses, and whether a checksum is made to
//! fit.
#![no_main]

#[path = "../../src/hostile.rs"]
mod hostile;
#[path = "../../src/hostile_bench.rs"]
mod hostile_bench;
#[path = "../../src/hostile_drives.rs"]
mod hostile_drives;
#[path = "../../src/hostile_images.rs"]
mod hostile_images;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else {
        return;
    };
    let repair = choice & 4 != 0;
    // Whether it is accepted does not matter here.
    let _: bool = match choice & 3 {
        _ if choice & 16 != 0 => hostile_images::boot(bytes),
        _ if choice & 8 != 0 => hostile_drives::plan(bytes),
        0 => {
            let mut block = hostile::block(bytes);
            if repair {
                hostile::repair_superblock(&mut block);
            }
            hostile::superblock(&block)
        }
        1 => hostile::bitmap(bytes),
        2 => hostile::log(bytes),
        _ => {
            let mut copy = bytes.to_vec();
            if repair {
                hostile::repair_frame(&mut copy);
            }
            hostile::frame(&copy)
        }
    };
});
