//! The lines to type that reproduce what a check found.

use crate::machine::on_engine;

#[test]
fn a_check_without_a_command_tells_what_it_looked_at_in_the_image_as_it_was_named() {
    on_engine("by-hand", |machine, place| {
        place.checks(&["{id: notes, about: Notes are there., file: /etc/notes, expect: {type: file}}"]);
        let said = place.with_engine(&["run", "subject.yml", "--use", &machine.image]);
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        let line = format!("docker run --rm --entrypoint ls {} -ld /etc/notes", machine.image);
        assert!(said.stdout.contains("looked at file /etc/notes\n"), "{}", said.stdout);
        let check = place.check("installation/notes");
        assert_eq!([&check["looked_at"], &check["reproduce"]], ["file /etc/notes", line.as_str()]);

        place.subject(&format!("image: {{use: '{}'}}\nready: {{file: /etc/notes, within: 1s}}\n", machine.image));
        let said = place.with_engine(&["run", "subject.yml", "--format", "issue"]);
        let start = format!("```sh\ndocker run --rm --interactive {}\n```", machine.image);
        assert!(said.stdout.contains(&start), "{}", said.stdout);
    });
}
