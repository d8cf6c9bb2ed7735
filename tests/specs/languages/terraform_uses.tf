# Terraform: expressions refer to blocks of their folder, and to outputs of the modules that blocks call; what sets a
# variable of such a module refers to it.
#: exact references
#- main.tf
resource "aws_vpc" "main" {
  cidr_block = var.cidr
#                  ^ references var.cidr@variables.tf from aws_vpc.main
  tags       = merge(local.tags, { Name = "${var.name}-vpc" })
#                          ^ references local.tags from aws_vpc.main
#                                                ^ references var.name@variables.tf from aws_vpc.main
}
locals {
  tags = { for k in data.aws_ami.x.tags : k => each.value }
#                        ^ references data.aws_ami.x from local.tags
}
data "aws_ami" "x" {}
module "net" {
  source = "./modules/net"
  name   = aws_vpc.main[0].id
#                  ^ references aws_vpc.main from module.net
# ^ references var.name@modules/net/main.tf from module.net
  other  = 1
}
output "id" { value = module.net.id }
#                            ^ references module.net from output.id
#                                ^ references output.id@modules/net/main.tf from output.id
#- variables.tf
variable "cidr" { type = string }
variable "name" { type = string }
variable "unused" { type = string }
#- modules/net/main.tf
variable "name" {}
output "id" { value = var.name }
#                         ^ references var.name@modules/net/main.tf from output.id
output "far" { value = var.cidr }
