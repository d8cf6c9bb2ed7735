# Terraform: blocks are called as others refer to them; a module with a local source is a link.
#: exact defines links
#- main.tf
resource "aws_vpc" "main" {
# ^ defines Property aws_vpc.main@main.tf
  cidr_block = var.cidr
}
variable "cidr" { type = string }
# ^ defines Variable var.cidr@main.tf
data "aws_ami" "x" {}
# ^ defines Property data.aws_ami.x@main.tf
locals {
  name = "a"
# ^ defines Variable local.name@main.tf
}
module "net" {
# ^ defines Property module.net@main.tf
# ^ links modules/net
  source = "./modules/net"
}
module "far" {
# ^ defines Property module.far@main.tf
  source = "terraform-aws-modules/vpc/aws"
}
output "id" { value = aws_vpc.main.id }
# ^ defines Variable output.id@main.tf
#- modules/net/main.tf
