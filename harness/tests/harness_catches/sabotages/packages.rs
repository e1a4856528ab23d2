//! What breaks packages in their environments.

use super::Sabotage;

pub(super) const ALL: &[Sabotage] = &[
    Sabotage {
        name: "module-changed",
        line: "RUN echo >> /opt/uv/common/lib/python3.11/site-packages/click/_winconsole.py",
        looks: &["packages/*", "performance/bytecode"],
        red: &["packages/files[common]", "performance/bytecode[common]"],
        blocked: &[],
    },
    Sabotage {
        name: "metadata-changed",
        line: "RUN sed -i 's/^Version: .*/Version: 0.0.1/' /opt/uv/common/lib/python3*/site-packages/rich-*.dist-info/METADATA",
        looks: &["packages/files", "packages/version"],
        red: &["packages/files[common]", "packages/version[rich]"],
        blocked: &[],
    },
    Sabotage {
        name: "shared-object-gone",
        line: "RUN sed -i s/libc.so.6/libx.so.6/ /opt/uv/common/lib/python3*/site-packages/yaml/_yaml*.so",
        looks: &["packages/*"],
        red: &["packages/shared-objects[common]"],
        blocked: &[],
    },
    Sabotage {
        name: "dependency-gone",
        line: "RUN rm /opt/uv/tools/httpie/lib/python3*/site-packages/socks.py",
        looks: &["packages/*"],
        red: &["packages/files[tools]", "packages/modules[tools]"],
        blocked: &[],
    },
    Sabotage {
        name: "dependency-unrecorded",
        line: "RUN rm -r /opt/uv/tools/httpie/lib/python3*/site-packages/defusedxml-*.dist-info",
        looks: &["packages/*"],
        red: &["packages/dependencies[tools]"],
        blocked: &[],
    },
    Sabotage {
        name: "entry-point-to-nowhere",
        line: r"RUN for folder in /opt/uv/common/lib/python3*/site-packages/rich-*.dist-info; do printf '[console_scripts]\nnowhere = nowhere:main\n' > $folder/entry_points.txt; done",
        looks: &["packages/*"],
        red: &["packages/entry-points[common]", "packages/programs[rich]"],
        blocked: &[],
    },
    Sabotage {
        name: "module-gone",
        line: "RUN rm /opt/uv/common/lib/python3*/site-packages/rich/table.py",
        looks: &["packages/files", "packages/import", "packages/modules", "packages/use"],
        red: &["packages/files[common]", "packages/use[rich]"],
        blocked: &[],
    },
    Sabotage {
        name: "import-broken",
        line: r#"RUN echo "raise ImportError()" >> /opt/uv/common/lib/python3.11/site-packages/omegaconf/__init__.py"#,
        looks: &["packages/*", "performance/bytecode"],
        red: &[
            "packages/files[common]",
            "packages/import[omegaconf]",
            "packages/modules[common]",
            "performance/bytecode[common]",
        ],
        blocked: &["packages/programs", "packages/use", "packages/version"],
    },
];
