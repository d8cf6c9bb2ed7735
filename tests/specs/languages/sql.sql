# SQL: tables, columns, views, functions, triggers and types are symbols; FROM, JOIN, REFERENCES and the like use them.
# Names are compared without regard to case. Of several declarations in one folder the last one before the file is meant,
# with numbers in their order; of two elsewhere neither is.
#: exact defines calls references inherits
#- db/2_owners.sql
-- All owners.
CREATE TABLE IF NOT EXISTS public.owners (
#                                 ^ defines Struct public.owners@db/2_owners.sql
  id serial PRIMARY KEY,
# ^ defines Field public.owners.id@db/2_owners.sql
  kind pet_kind NOT NULL,
# ^ defines Field public.owners.kind@db/2_owners.sql
#      ^ references pet_kind from public.owners.kind
  price numeric(10, 2),
# ^ defines Field public.owners.price@db/2_owners.sql
  CONSTRAINT fk FOREIGN KEY (id) REFERENCES Types (id)
#                                           ^ references types@db/1_types.sql from public.owners
);
CREATE UNIQUE INDEX owners_index ON owners (id);
#                   ^ defines Property owners_index@db/2_owners.sql
#                                   ^ references public.owners from owners_index
CREATE VIEW rich AS
#           ^ defines Class rich@db/2_owners.sql
WITH recent AS (SELECT 1)
SELECT total(o.id), extract(year FROM rich.day) FROM "owners" o, types AS t JOIN recent ON true;
#      ^ calls total from rich
#                                                    ^ references public.owners from rich
#                                                                ^ references types@db/1_types.sql from rich
CREATE FUNCTION total(n int) RETURNS int AS $$
#               ^ defines Function total@db/2_owners.sql
  SELECT 1 FROM owners; SELECT ';' FROM nowhere;
#               ^ references public.owners from total
$$ LANGUAGE sql;
CREATE TRIGGER before_change BEFORE UPDATE ON owners FOR EACH ROW EXECUTE FUNCTION total();
#              ^ defines Function before_change@db/2_owners.sql
#                                             ^ references public.owners from before_change
#                                                                                  ^ calls total from before_change
#- db/1_types.sql
CREATE TABLE `types` (`id` int);
#            ^ defines Struct types@db/1_types.sql
#                     ^ defines Field types.id@db/1_types.sql
CREATE TYPE pet_kind AS ENUM ('cat', 'dog');
#           ^ defines Enum pet_kind@db/1_types.sql
#- db/10_again.sql
DROP TABLE types;
#          ^ references types@db/1_types.sql from db/10_again.sql
CREATE TABLE types (id int);
#            ^ defines Struct types@db/10_again.sql
#                   ^ defines Field types.id@db/10_again.sql
INSERT INTO types VALUES (1);
#           ^ references types@db/10_again.sql from db/10_again.sql
#- db/3_use.sql
SELECT * FROM types;
#             ^ references types@db/1_types.sql from db/3_use.sql
#- proc/proc.sql
DELIMITER //
CREATE DEFINER=`root`@`localhost` PROCEDURE settle(IN a INT)
#                                           ^ defines Function settle@proc/proc.sql
BEGIN
  IF a THEN UPDATE owners SET id = 1; END IF;
#                  ^ references public.owners from settle
  DELETE FROM types;
END //
DELIMITER ;
CALL settle(2);
#    ^ calls settle from proc/proc.sql
