def ticket_price(zones, with_return):
    if zones < 1:
        raise ValueError("zones must be 1 or more")
    # Find the price for the zones.
    # Double it if with_return is True.
    # Return the price.
