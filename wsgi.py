"""What gunicorn and the flask command load."""

from app import create_app
from app.cli import register
from config import Config

app = create_app(Config.from_env())
register(app)
