# Node of npm's package of that name, as package.json pins it, and npm itself.
ARG BASE
FROM ${BASE}
RUN groupadd -g 1000 node && useradd -u 1000 -g node -s /bin/bash -m node
COPY bin/ /usr/local/bin/
COPY npm/ /usr/local/lib/node_modules/npm/
COPY npmrc /usr/local/etc/npmrc
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node"]
