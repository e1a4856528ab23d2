//! Whether an image may go out by what verdict files say of it.

use std::collections::BTreeSet;

use super::limits::Reasons;
use super::rules::decision;
use crate::model::claim::Claim;
use crate::model::{Decision, ImageFacts, Verdict};

/// The verdict of all these files together, each on a platform of its own, and where an image is given on exactly that
/// one.
///
/// Stable needs a stable verdict from a whole run for every platform that any of the files requires. A file that speaks
/// of another image, of a narrowed run or of another subject answers nothing, and the rest is inconclusive; an image
/// that holds something of the machine that built it is not stable.
pub fn vouch(claims: &[Claim], image: Option<&ImageFacts>) -> Verdict {
    let mut reasons = Reasons::default();
    for claim in claims {
        about(claim, &mut reasons);
    }
    if let Some(image) = image {
        exactly(claims, image, &mut reasons);
    }
    together(claims, &mut reasons);
    let decision = decision(&reasons);
    Verdict::new(decision, reasons.against.into_iter().chain(reasons.unclear).collect())
}

/// What one file says by itself.
fn about(claim: &Claim, reasons: &mut Reasons) {
    let run = &claim.run;
    let on = claim.platform.as_ref().map(|platform| format!(" on {platform}")).unwrap_or_default();
    let why = claim.reasons.first().map(|reason| format!(" {reason}")).unwrap_or_default();
    match claim.decision {
        Decision::Stable => {}
        Decision::NotStable => reasons.against.push(format!("Run {run} is not stable{on}.{why}")),
        Decision::Inconclusive | Decision::Empty => {
            reasons.unclear.push(format!("Run {run} is {}{on}.{why}", claim.decision.words()));
        }
    }
    if !claim.whole {
        reasons.unclear.push(format!("Run {run} was narrowed by a selection, so it is not the whole suite."));
    }
    if claim.image.is_none() {
        reasons.unclear.push(format!("Run {run} judged no image."));
    }
    match &claim.traces {
        None if claim.trusts_host => reasons.unclear.push(format!(
            "The image of run {run} was built with `trust: host`, and nobody looked whether it holds anything of that machine."
        )),
        Some(traces) if !traces.is_empty() => reasons.against.push(format!(
            "The image of run {run} holds something of the machine that built it: {}.",
            traces.join(", ")
        )),
        _ => {}
    }
}

/// Whether one of the files is about exactly this image.
fn exactly(claims: &[Claim], image: &ImageFacts, reasons: &mut Reasons) {
    if claims.iter().any(|claim| claim.image.as_deref() == Some(image.id.as_str())) {
        return;
    }
    let judged: Vec<&str> = claims.iter().filter_map(|claim| claim.image.as_deref()).collect();
    let judged = if judged.is_empty() { "none".to_owned() } else { judged.join(", ") };
    reasons.unclear.push(format!("This image is {}, but what was judged is {judged}.", image.id));
}

/// Whether the files belong together and leave no platform out.
fn together(claims: &[Claim], reasons: &mut Reasons) {
    let subjects: BTreeSet<&str> = claims.iter().map(|claim| claim.subject.as_str()).collect();
    if subjects.len() > 1 {
        let subjects = subjects.into_iter().collect::<Vec<_>>().join(", ");
        reasons.unclear.push(format!("The verdicts are of several subjects: {subjects}."));
    }
    let asked: BTreeSet<&[String; 2]> = claims.iter().map(|claim| &claim.asked).collect();
    if asked.len() > 1 {
        reasons.unclear.push("The verdicts are by different configurations or suites.".to_owned());
    }
    let mut judged = BTreeSet::new();
    for platform in claims.iter().filter_map(|claim| claim.platform.as_ref()) {
        if !judged.insert(platform) {
            reasons.unclear.push(format!("There are several verdicts for {platform}: which one counts?"));
        }
    }
    let required: BTreeSet<&String> = claims.iter().flat_map(|claim| &claim.platforms).collect();
    let missing: Vec<&str> = required.difference(&judged).map(|platform| platform.as_str()).collect();
    if !missing.is_empty() {
        reasons.unclear.push(format!("There is no verdict for {}, which the policy requires.", missing.join(", ")));
    }
    if claims.is_empty() {
        reasons.unclear.push("There is no verdict at all.".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn claim() -> Claim {
        Claim {
            run: "20261120T121005Z-3fa2".to_owned(),
            subject: "uv".to_owned(),
            decision: Decision::Stable,
            reasons: Vec::new(),
            image: Some("sha256:aa".to_owned()),
            platform: Some("linux/amd64".to_owned()),
            platforms: Vec::new(),
            whole: true,
            trusts_host: true,
            traces: Some(Vec::new()),
            asked: ["c".to_owned(), "s".to_owned()],
        }
    }

    fn image(id: &str) -> ImageFacts {
        ImageFacts { id: id.to_owned(), platform: "linux/amd64".to_owned(), ..ImageFacts::default() }
    }

    #[test]
    fn an_image_goes_out_by_a_stable_verdict_on_exactly_that_image() {
        assert_eq!(vouch(&[claim()], Some(&image("sha256:aa"))), Verdict::new(Decision::Stable, Vec::new()));
        let other = vouch(&[claim()], Some(&image("sha256:bb")));
        assert_eq!(other.reasons, ["This image is sha256:bb, but what was judged is sha256:aa."]);
        assert_eq!(other.decision, Decision::Inconclusive);
    }

    #[rstest]
    #[case::not_stable(Claim { decision: Decision::NotStable, reasons: vec!["Failed: a/b.".into()], ..claim() }, Decision::NotStable, "Run 20261120T121005Z-3fa2 is not stable on linux/amd64. Failed: a/b.")]
    #[case::inconclusive(Claim { decision: Decision::Inconclusive, ..claim() }, Decision::Inconclusive, "is inconclusive on linux/amd64.")]
    #[case::narrowed(Claim { whole: false, ..claim() }, Decision::Inconclusive, "was narrowed by a selection")]
    #[case::without_an_image(Claim { image: None, ..claim() }, Decision::Inconclusive, "judged no image")]
    #[case::not_looked_into(Claim { traces: None, ..claim() }, Decision::Inconclusive, "nobody looked whether it holds anything")]
    #[case::carries_something(Claim { traces: Some(vec!["etc/ca.pem".into()]), ..claim() }, Decision::NotStable, "holds something of the machine that built it: etc/ca.pem.")]
    fn what_a_file_says_against_its_image_keeps_it_in(
        #[case] claim: Claim,
        #[case] expected: Decision,
        #[case] told: &str,
    ) {
        let verdict = vouch(&[claim], Some(&image("sha256:aa")));
        assert_eq!(verdict.decision, expected, "{verdict:?}");
        assert!(verdict.reasons[0].contains(told), "{verdict:?}");
    }

    #[test]
    fn an_image_of_its_own_certificates_need_not_be_looked_into() {
        let own = Claim { trusts_host: false, traces: None, ..claim() };
        assert_eq!(vouch(&[own], None).decision, Decision::Stable);
    }

    #[test]
    fn every_required_platform_needs_its_verdict() {
        let platforms = vec!["linux/amd64".to_owned(), "linux/arm64".to_owned()];
        let one = Claim { platforms, ..claim() };
        let lacking = vouch(std::slice::from_ref(&one), None);
        assert_eq!(lacking.decision, Decision::Inconclusive);
        assert_eq!(lacking.reasons, ["There is no verdict for linux/arm64, which the policy requires."]);
        let other =
            Claim { platform: Some("linux/arm64".to_owned()), image: Some("sha256:cc".to_owned()), ..one.clone() };
        assert_eq!(vouch(&[one.clone(), other.clone()], Some(&image("sha256:cc"))).decision, Decision::Stable);
        let failed = Claim { decision: Decision::NotStable, ..other };
        assert_eq!(vouch(&[one, failed], None).decision, Decision::NotStable);
    }

    #[rstest]
    #[case::twice(claim(), "several verdicts for linux/amd64")]
    #[case::another_subject(Claim { subject: "pixi".into(), platform: Some("linux/arm64".into()), ..claim() }, "of several subjects: pixi, uv")]
    #[case::another_configuration(Claim { asked: ["d".into(), "s".into()], platform: Some("linux/arm64".into()), ..claim() }, "different configurations")]
    fn files_that_do_not_belong_together_answer_nothing(#[case] other: Claim, #[case] told: &str) {
        let verdict = vouch(&[claim(), other], None);
        assert_eq!(verdict.decision, Decision::Inconclusive);
        assert!(verdict.reasons[0].contains(told), "{verdict:?}");
        assert_eq!(vouch(&[], None).decision, Decision::Inconclusive);
    }
}
