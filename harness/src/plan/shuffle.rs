//! The checks of each phase in another order, to find those whose outcome hangs on what ran before them.

use crate::model::plan::{Check, Plan};

/// The plan with the checks of each phase shuffled, so that each still comes after those that it needs. The same seed
/// makes the same order.
pub fn shuffled(plan: &Plan, seed: u64) -> Plan {
    let mut plan = plan.clone();
    let mut dice = Dice(seed);
    for phase in &mut plan.phases {
        phase.checks = in_another_order(std::mem::take(&mut phase.checks), &mut dice);
    }
    plan
}

fn in_another_order(mut waiting: Vec<Check>, dice: &mut Dice) -> Vec<Check> {
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let is_free = |check: &Check| {
            check.needs.iter().all(|need| waiting.iter().all(|other| other.id == check.id || !need.covers(&other.id)))
        };
        let free: Vec<usize> = (0..waiting.len()).filter(|index| is_free(&waiting[*index])).collect();
        // A plan's needs come earlier, so that the first one is always free.
        let next = if free.is_empty() { 0 } else { free[dice.below(free.len())] };
        ordered.push(waiting.remove(next));
    }
    ordered
}

/// `SplitMix64` (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // A phase has hundreds of checks at most, so that the remainder's bias is of no account.
        usize::try_from(mixed % limit.max(1) as u64).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::CheckId;
    use crate::model::plan::{Isolation, PhasePlan, Priority};

    fn plan() -> Plan {
        let check = |number: usize| {
            let needs =
                if number % 5 == 4 { vec![CheckId::new("shell", format!("c{}", number - 1))] } else { Vec::new() };
            Check { needs, ..Check::bare(CheckId::new("shell", format!("c{number}")), Isolation::Batch) }
        };
        let phase = PhasePlan {
            phase: "shell".into(),
            priority: Priority::default(),
            before: Vec::new(),
            checks: (0..40).map(check).collect(),
        };
        Plan {
            subject: "uv".into(),
            phases: vec![phase],
            whole: true,
            identity: Vec::new(),
            diagnosis: Vec::new(),
            path: Vec::new(),
            supported: Vec::new(),
        }
    }

    fn order(seed: u64) -> Vec<String> {
        shuffled(&plan(), seed).phases[0].checks.iter().map(|check| check.id.to_string()).collect()
    }

    #[test]
    fn a_seed_makes_one_order_and_another_seed_another() {
        assert_eq!(order(7), order(7));
        assert_ne!(order(7), order(8));
        let mut all = order(7);
        assert_ne!(all, plan().phases[0].checks.iter().map(|check| check.id.to_string()).collect::<Vec<_>>());
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 40);
    }

    #[test]
    fn what_a_check_needs_still_comes_before_it() {
        for seed in 0..50 {
            let order = order(seed);
            let place = |name: String| order.iter().position(|id| *id == name).expect("it is there");
            for number in (4..40).step_by(5) {
                assert!(place(format!("shell/c{}", number - 1)) < place(format!("shell/c{number}")), "seed {seed}");
            }
        }
    }
}
