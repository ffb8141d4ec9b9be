output "cluster_name" {
  description = "The cluster's name."
  value       = aws_eks_cluster.this.name
}

output "cluster_endpoint" {
  description = "Where the cluster's API is reached, from within the network."
  value       = aws_eks_cluster.this.endpoint
}

output "cluster_certificate_authority" {
  description = "The certificate authority of the cluster's API, in base64."
  value       = aws_eks_cluster.this.certificate_authority[0].data
}

output "oidc_provider" {
  description = "The cluster's issuer, without https://: aws.oidcProvider of mesh.yaml."
  value       = trimprefix(aws_eks_cluster.this.identity[0].oidc[0].issuer, "https://")
}

output "key_arn" {
  description = "The key that encrypts what the mesh stores."
  value       = aws_kms_key.mesh.arn
}

output "boundary_arn" {
  description = "The policy that bounds all roles that are rendered."
  value       = aws_iam_policy.boundary.arn
}

# The pipeline writes it as a Secret into Argo CD's namespace, in the cluster in which Argo CD runs.
output "argocd_cluster" {
  description = "What Argo CD has to know of this cluster, as the data of a Secret of type `cluster`."
  value = {
    name   = aws_eks_cluster.this.name
    server = local.argocd_is_here ? "https://kubernetes.default.svc" : aws_eks_cluster.this.endpoint
    config = local.argocd_is_here ? jsonencode({ tlsClientConfig = { insecure = false } }) : jsonencode({
      awsAuthConfig   = { clusterName = aws_eks_cluster.this.name, roleARN = aws_iam_role.argocd_manager["this"].arn }
      tlsClientConfig = { insecure = false, caData = aws_eks_cluster.this.certificate_authority[0].data }
    })
  }
}
