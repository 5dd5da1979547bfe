# The image of web, grader and sandbox service: Debian's own Python, the locked packages, this folder.
FROM debian:trixie-slim
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends python3 python3-venv ca-certificates postgresql-client \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/passerelle
COPY requirements.txt ./
# Where the package index cannot be reached, wheels laid in build/wheels are used instead.
COPY build/wheel[s] ./wheels/
RUN python3 -m venv /opt/passerelle \
 && if [ -d wheels ] && [ -n "$(ls wheels)" ]; then index="--no-index --find-links wheels"; else index=""; fi \
 && /opt/passerelle/bin/pip install -q --no-cache-dir --require-hashes $index -r requirements.txt \
 && rm -rf wheels
COPY pyproject.toml README.md LICENSE ./
COPY lms ./lms
COPY sandbox ./sandbox
COPY translations ./translations
COPY courses ./courses
# No second trip to the index: the package is this folder, found by a path file; its commands by a two-line script.
RUN site="$(/opt/passerelle/bin/python -c 'import site; print(site.getsitepackages()[0])')" \
 && echo /srv/passerelle > "$site/passerelle.pth" \
 && printf '#!/bin/sh\nexec /opt/passerelle/bin/python -m lms.cli "$@"\n' > /usr/local/bin/passerelle \
 && chmod 755 /usr/local/bin/passerelle \
 && useradd --system --uid 10001 --create-home passerelle \
 && install -d -o passerelle -g passerelle /var/lib/passerelle \
 && PYTHONDONTWRITEBYTECODE= /opt/passerelle/bin/python -m compileall -q lms sandbox
ENV PASSERELLE_INSTANCE_DIR=/var/lib/passerelle PYTHONUNBUFFERED=1
USER passerelle
EXPOSE 8000
CMD ["passerelle", "web", "--bind", "0.0.0.0:8000"]
