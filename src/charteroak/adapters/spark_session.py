"""A session of Apache Spark, the optional second engine (``charteroak[spark]``).

It runs on this machine, on all cores, and listens on loopback alone, unless Spark's own settings name a cluster
(``spark.master`` in its defaults file or in ``PYSPARK_SUBMIT_ARGS``). A cluster's workers need this package, and
``PYSPARK_PYTHON`` says where; ``SPARK_LOCAL_IP`` says where this machine can be reached.
"""

import os
import sys
from typing import TYPE_CHECKING

from charteroak.detection.errors import EngineMissingError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def open_session() -> "SparkSession":
    """The session of this process, opened if there is none.

    Raises:
        EngineMissingError: Spark or Java is not installed.
    """
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415 - an optional dependency of 700 MB
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as error:
        raise EngineMissingError(
            "Apache Spark is not installed here.", remedy="Run: python -m pip install 'charteroak[spark]'"
        ) from error
    # Spark reads these two from the environment, before there is a session to configure.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.appName("charteroak")
    for key, value in _QUIET.items():
        builder = builder.config(key, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, RuntimeError, OSError) as error:
        raise EngineMissingError(
            f"Apache Spark did not start: {str(error).partition(chr(10))[0]}",
            remedy="It needs Java 17 or 21. On Debian or Ubuntu: sudo apt-get install -y openjdk-17-jre-headless",
        ) from error


_QUIET = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
