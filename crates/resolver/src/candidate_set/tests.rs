use std::collections::BTreeSet;

use pubgrub::VersionSet;

use super::{Candidate, CandidateSet, Property};

/// A set as plain numbers, up to a bound beyond every set of the tests.
fn members(set: &CandidateSet) -> BTreeSet<u32> {
    (0..400).filter(|number| set.has(Candidate(*number))).collect()
}

/// Sets of many shapes: short, long, complemented, with gaps.
fn samples() -> Vec<CandidateSet> {
    let mut samples = vec![CandidateSet::EMPTY, CandidateSet::FULL];
    for step in [1, 3, 64] {
        for count in [1, 56, 57, 120, 121, 300] {
            let set = CandidateSet::of(count, &[Property::Pin], |candidate| candidate.0 % step == 0);
            samples.push(set.complement());
            samples.push(set);
        }
    }
    samples.extend([0, 55, 56, 119, 120, 250].map(|number| CandidateSet::one(Candidate(number))));
    samples
}

#[test]
fn agrees_with_sets_of_numbers() {
    for one in samples() {
        assert_eq!(one.complement().complement(), one);
        assert_eq!(members(&one.complement()), (0..400).filter(|n| !members(&one).contains(n)).collect());
        for two in samples() {
            let (a, b) = (members(&one), members(&two));
            assert_eq!(members(&one.intersection(&two)), a.intersection(&b).copied().collect());
            assert_eq!(members(&one.union(&two)), a.union(&b).copied().collect());
            // Properties count as members here, so compare with what the default methods would say.
            assert_eq!(one.is_disjoint(&two), one.intersection(&two) == CandidateSet::EMPTY);
            assert_eq!(one.subset_of(&two), one == one.intersection(&two));
            assert_eq!(one.union(&two), one.complement().intersection(&two.complement()).complement());
        }
    }
}

#[test]
fn is_canonical() {
    let three = CandidateSet::of(300, &[], |candidate| candidate.0 == 3 || candidate.0 == 299);
    let low = CandidateSet::of(10, &[], |candidate| candidate.0 == 3);
    assert_eq!(three.intersection(&low), low);
    assert_eq!(CandidateSet::of(10, &[], |_| false), CandidateSet::EMPTY, "phantoms alone are nothing");
}

#[test]
fn remembers_properties_through_intersection() {
    let pinned = CandidateSet::of(5, &[Property::Pin, Property::Specifier], |candidate| candidate.0 == 2);
    let any = CandidateSet::of(5, &[], |_| true);
    let both = pinned.intersection(&any);
    assert!(!both.is_free_of(Property::Pin) && both.is_free_of(Property::Prerelease));
    assert!(pinned.is_within(&any) && !any.is_within(&pinned) && !any.complement().is_within(&any));
    assert!(CandidateSet::tied_to(Candidate(2)).is_within(&pinned));
    assert_eq!(both.descending(5).collect::<Vec<_>>(), [Candidate(2)]);
    let bare = CandidateSet::FULL.with(Property::Bare);
    assert!(!bare.is_free_of(Property::Bare) && bare.is_free_of(Property::Pin) && bare.has(Candidate(7)));
    assert_eq!(bare.intersection(&CandidateSet::FULL), bare);
    assert_eq!(CandidateSet::EMPTY.with(Property::Bare), CandidateSet::EMPTY);
    assert!(CandidateSet::FULL.is_free_of(Property::Address));
}
