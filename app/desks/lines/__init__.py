"""What a sale line has to tell: its parts, who might have had it, who nearly had it, and who shares it."""
