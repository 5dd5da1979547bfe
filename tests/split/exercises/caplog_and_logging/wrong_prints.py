import logging

logger = logging.getLogger("bank")


def transfer(source, target, amount):
    if amount <= 0:
        logger.error("refused: %s", amount)
        raise ValueError(amount)
    if amount >= 10_000:
        logger.warning("a large transfer: %d", amount)
    print(f"{amount} from {source} to {target}")
    logger.info("%d from %s to %s", amount, source, target)


class Importer:
    def __init__(self):
        self.logger = logger.getChild("import")

    def run(self, lines):
        numbers = []
        for count, line in enumerate(lines, 1):
            self.logger.debug("line %d", count)
            try:
                numbers.append(int(line))
            except ValueError:
                self.logger.exception("line %d is not a number: %r", count, line)
        return numbers
