# Docker: build stages are symbols; files copied from the repository are links.
#: exact defines links
#- Dockerfile
FROM base AS build
#            ^ defines Target build@Dockerfile
COPY a.txt \
#    ^ links a.txt
  b.txt /x/
# ^ links b.txt
# COPY no
COPY --from=build /x /y
FROM build
#- a.txt
#- b.txt
