//! The ends of jobs, told to those who asked for it.

use std::sync::Arc;

use super::{read_job, write_job};
use crate::request::Method;
use crate::response::JSON;
use crate::runtime::outgoing::{Address, Outgoing};
use crate::store::job::{Job, JobWork};
use crate::value::order;
use crate::world::{Org, World};

/// Posts the ends of jobs to those who asked for it.
pub(crate) fn tell(world: &World, org: &Org, done: &[Arc<Job>]) {
    for job in done {
        let (order, told) = match &job.work {
            JobWork::BulkRead(read) => (&read.order, read_job::told(job, read, &org.read())),
            JobWork::BulkWrite(write, progress) => {
                let told = write_job::shown(job, write, progress, &org.read(), &write.order.base);
                (&write.order, told)
            }
            // the others tell nobody
            _ => continue,
        };
        let Some(callback) = &order.callback else {
            continue;
        };
        // what is no address of ours to send to was taken all the same, as Zoho takes it
        let address = match Address::parse(&callback.url) {
            Ok(address) => address,
            Err(error) => {
                tracing::warn!(job = %job.id, "the end of a job is not told: {error}");
                continue;
            }
        };
        let mut body = Vec::new();
        order::write_sorted(&mut body, &told);
        world.outgoing.put(Outgoing {
            method: Method::Post,
            address,
            media_type: JSON,
            body: body.into(),
        });
    }
}
