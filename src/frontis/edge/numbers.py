"""The numbers that /metrics reads when it is asked: the queue, the threads, what lies in memory."""

from frontis.edge.cache import DegradedPictures, PictureCache
from frontis.edge.counters import Metrics
from frontis.edge.gathering import Source
from frontis.edge.pages import Pages
from frontis.edge.rendering import Renderers
from frontis.fetch import Door
from frontis.settings import Settings


def watch_numbers(
    metrics: Metrics,
    settings: Settings,
    renderers: Renderers,
    pictures: PictureCache,
    degraded: DegradedPictures,
    pages: Pages,
    source: Source,
) -> None:
    """Show them."""
    metrics.watch("queue_waiting", "Cards that wait for a thread.", lambda: renderers.waiting)
    metrics.watch("queue_limit", "Cards that may wait for a thread.", lambda: settings.render_queue)
    metrics.watch("renderers", "Threads that are to draw.", lambda: settings.threads)
    metrics.watch("renderers_drawing", "Threads that are drawing.", lambda: renderers.drawing)
    metrics.watch("renderers_lost", "Threads given up because they drew for too long.", lambda: renderers.lost)
    metrics.watch("memory_pictures_bytes", "Finished pictures in memory.", lambda: pictures.size_bytes)
    metrics.watch("memory_pictures_limit_bytes", "Room for these.", lambda: settings.cache_mb * 1_000_000)
    metrics.watch("memory_degraded_bytes", "Pictures in memory that lack something.", lambda: degraded.size_bytes)
    metrics.watch("memory_pages_bytes", "What is known of web pages.", lambda: pages.size_bytes)
    if isinstance(source, Door):
        metrics.watch("memory_originals_bytes", "Fetched originals in memory.", lambda: source.kept_bytes)
