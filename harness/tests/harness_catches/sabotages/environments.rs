//! What breaks environments as such.

use super::Sabotage;

pub(super) const ALL: &[Sabotage] = &[
    Sabotage {
        name: "record-gone",
        line: "RUN rm -r /opt/uv/common/lib/python3*/site-packages/rich-*.dist-info",
        looks: &["environments/*"],
        red: &["environments/packages[common]"],
        blocked: &["environments/listed"],
    },
    Sabotage {
        name: "script-of-elsewhere",
        line: "RUN sed -i '1s|.*|#!/nowhere/python|' /opt/uv/common/bin/pygmentize",
        looks: &["environments/*"],
        red: &["environments/scripts[common]"],
        blocked: &[],
    },
    Sabotage {
        name: "hides-a-module",
        line: "RUN mkdir -p /opt/legacy/click && touch /opt/legacy/click/__init__.py\nENV PYTHONPATH=/opt/legacy",
        looks: &["environments/hidden"],
        red: &["environments/hidden[common]"],
        blocked: &[],
    },
    Sabotage {
        name: "link-to-nowhere",
        line: "RUN ln -s /nowhere /opt/uv/common/lib/nowhere",
        looks: &["environments/*"],
        red: &["environments/links[common]"],
        blocked: &[],
    },
    Sabotage {
        name: "recorded-twice",
        line: "RUN cd /opt/uv/common/lib/python3*/site-packages && mkdir click-0.0.1.dist-info && sed 's/^Version:.*/Version: 0.0.1/' click-8*.dist-info/METADATA > click-0.0.1.dist-info/METADATA",
        looks: &["environments/*"],
        red: &["environments/check", "environments/listed[common]", "environments/once[common]"],
        blocked: &[],
    },
    Sabotage {
        name: "sees-the-system",
        line: "RUN sed -i 's/^include-system-site-packages.*/include-system-site-packages = true/' /opt/uv/common/pyvenv.cfg",
        looks: &["environments/*"],
        red: &["environments/apart[common]"],
        blocked: &[],
    },
    Sabotage {
        name: "made-with-another-python",
        line: "RUN sed -i 's/^version_info.*/version_info = 3.9.1/' /opt/uv/common/pyvenv.cfg",
        looks: &["environments/*"],
        red: &["environments/python-version[common]"],
        blocked: &[],
    },
    Sabotage {
        name: "foreign-program",
        line: "RUN touch /opt/uv/bin/extra",
        looks: &["environments/*"],
        red: &["environments/only-asked"],
        blocked: &[],
    },
    Sabotage {
        name: "launcher-gone",
        line: "RUN rm /opt/uv/bin/http",
        looks: &["environments/*", "packages/tool"],
        red: &["environments/exposes[http]"],
        blocked: &["environments/only-asked", "packages/tool"],
    },
    Sabotage {
        name: "interpreter-gone",
        line: "RUN rm /opt/uv/common/bin/python",
        looks: &["environments/*"],
        red: &["environments/check", "environments/listed[common]", "environments/python[common]"],
        blocked: &[
            "environments/apart",
            "environments/hidden",
            "environments/links",
            "environments/once",
            "environments/python-version",
            "environments/scripts",
            "environments/startup",
        ],
    },
];
