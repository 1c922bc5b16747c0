"""`python -m tests.stripe_server`: the simulated bank with every body checked."""

from app.demo.simulated_bank.__main__ import main
from tests.stripe_server.checks import wrong_in

main(check=wrong_in)
