# The image of web, grader and sandbox service: Debian's own Python, the locked packages, this folder.
FROM debian:trixie-slim
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends python3 python3-venv python3-setuptools ca-certificates mount \
    postgresql-client util-linux openssh-client \
 && rm -rf /var/lib/apt/lists/*
ENV PATH=/opt/passerelle/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /srv/passerelle
COPY requirements.txt ./
# Wheels laid in build/wheels are enough where the package index cannot be reached. What comes as source is built
# with Debian's setuptools: nothing without a hash is ever fetched.
COPY build/wheel[s] ./wheels/
RUN python3 -m venv /opt/passerelle \
 && export PYTHONPATH=/usr/lib/python3/dist-packages \
 && install="pip install -q --no-cache-dir --no-deps --no-build-isolation --require-hashes -r requirements.txt" \
 && if [ -d wheels ]; then $install --no-index --find-links wheels; else $install; fi \
 && rm -rf wheels
COPY pyproject.toml LICENSE ./
COPY lms ./lms
COPY sandbox ./sandbox
COPY translations ./translations
COPY courses ./courses
RUN touch README.md \
 && PYTHONPATH=/usr/lib/python3/dist-packages \
    pip install -q --no-cache-dir --no-deps --no-build-isolation --no-index -e . \
 && python -c "from pathlib import Path; from lms.prepare import compile_catalogues as c; c(Path('translations'))" \
 && python -m compileall -q lms sandbox \
 && useradd --system --uid 10001 --no-create-home passerelle \
 && install -d -o passerelle -g passerelle /var/lib/passerelle
ENV PASSERELLE_INSTANCE_DIR=/var/lib/passerelle
USER passerelle
EXPOSE 8000
CMD ["passerelle", "web", "--bind", "0.0.0.0:8000"]
