//! Catalogues of checks (`*.yml`, embedded in the program) and the test targets that run them.
