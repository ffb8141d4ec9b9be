output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "The private subnets, one a zone: of the cluster and of all that keeps data."
  value       = [for zone in local.zones : aws_subnet.private[zone].id]
}

output "public_subnet_ids" {
  description = "The public subnets, one a zone: of NAT gateways and load balancers."
  value       = [for zone in local.zones : aws_subnet.public[zone].id]
}

output "zones" {
  description = "The three zones."
  value       = local.zones
}

output "nat_addresses" {
  description = "The addresses by which others see what leaves the network."
  value       = [for address in aws_eip.nat : address.public_ip]
}

output "feeds_security_group_id" {
  description = "What lets clients reach the brokers of vendors' feeds."
  value       = aws_security_group.feeds.id
}
