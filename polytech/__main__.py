"""`python -m polytech` is the program `polytech`."""

from polytech.config.cli import main

if __name__ == "__main__":
    main()
