use super::{Rng, Stream, splitmix};

#[test]
fn the_mixer_gives_the_published_first_value() {
    // SplitMix64 with seed 1234567: the test value of the reference implementation.
    assert_eq!(splitmix(&mut 1_234_567), 6_457_827_717_110_365_317);
}

#[test]
fn a_seed_and_a_stream_decide_the_draws() {
    let draws = |seed, stream| {
        let mut rng = Rng::new(seed, stream);
        core::array::from_fn::<u64, 4, _>(|_| rng.next())
    };
    assert_eq!(draws(1, Stream::Load(0)), draws(1, Stream::Load(0)));
    assert_ne!(draws(1, Stream::Load(0)), draws(1, Stream::Load(1)));
    assert_ne!(draws(1, Stream::Load(0)), draws(2, Stream::Load(0)));
    assert_ne!(draws(1, Stream::Load(3)), draws(1, Stream::Torn(3)));
}

#[test]
fn bounded_draws_reach_every_value_and_no_other() {
    let mut rng = Rng::new(7, Stream::Load(0));
    let mut seen = [0_u32; 5];
    for _ in 0..1000 {
        seen[rng.below(5) as usize] += 1;
    }
    assert!(seen.iter().all(|&count| count > 100));
}
